#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What is released: the same bytes from another folder, signatures, the bill of materials.

Usage: test_release.py BUILD-FOLDER [unittest arguments]; BUILD-FOLDER is that of the windows preset."""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

ROOT = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "../.."))
BUILT = os.path.abspath(sys.argv[1])
FILES = ("agent/milink-agent.exe", "agent/milink_messages.dll", "xp/xp_milink.dll")


def tool(name, *arguments, **variables):
    return subprocess.run([os.path.join(ROOT, "tools", name), *arguments], capture_output=True, text=True, timeout=500,
                          env=dict(os.environ, **variables), check=False)


def read(path):
    with open(path, "rb") as source:
        return source.read()


class Case(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="milink release ")  # with blanks
        self.addCleanup(shutil.rmtree, self.folder)

    def done(self, result):
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
        return result

    def stage(self, name="staged"):
        path = os.path.join(self.folder, name)
        self.done(tool("stage", path))
        return path


class Reproducible(Case):
    def test_another_folder_gives_the_same_bytes(self):
        """Without the compiler's cache: it would answer with what the first build made."""
        sources = os.path.join(self.folder, "a copy of the tree")
        names = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=ROOT, check=True,
                               capture_output=True).stdout.decode().split("\0")
        for name in filter(None, names):
            os.makedirs(os.path.dirname(os.path.join(sources, name)), exist_ok=True)
            if os.path.exists(os.path.join(ROOT, name)):
                shutil.copy2(os.path.join(ROOT, name), os.path.join(sources, name))
        environment = dict(os.environ, CCACHE_DISABLE="1")
        for command in (["cmake", "--preset", "windows"],
                        ["cmake", "--build", "--preset", "windows", "-j", str(os.cpu_count()), "--target", "milink-agent", "milink_messages",
                         "xp_milink"]):
            self.done(subprocess.run(command, cwd=sources, env=environment, capture_output=True, text=True, timeout=500, check=False))
        for name in FILES:
            self.assertEqual(hashlib.sha256(read(os.path.join(sources, "build/windows", name))).hexdigest(),
                             hashlib.sha256(read(os.path.join(BUILT, name))).hexdigest(), name)

    def test_the_installer_too(self):
        made = []
        for name in ("one", "two"):
            staged = self.stage(name)
            made.append(os.path.join(self.folder, name + ".msi"))
            self.done(tool("msi", made[-1], "--from", staged))
        self.assertEqual(read(made[0]), read(made[1]))


class Signed(Case):
    def setUp(self):
        super().setUp()
        key, cert = (os.path.join(self.folder, name) for name in ("key.pem", "cert.pem"))
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", cert, "-days", "2", "-subj",
                        "/CN=milink test", "-addext", "extendedKeyUsage=codeSigning"], check=True, capture_output=True)
        self.environment = {"MILINK_SIGN_CERT": cert, "MILINK_SIGN_KEY": key, "MILINK_SIGN_CA": cert}

    def verify(self, path):
        cert = self.environment["MILINK_SIGN_CA"]
        return subprocess.run(["osslsigncode", "verify", "-CAfile", cert, "-TSA-CAfile", cert, "-in", path], capture_output=True, text=True,
                              check=False).returncode == 0

    def test_files_then_the_installer(self):
        staged = self.stage()
        files = [os.path.join(staged, name) for name in os.listdir(staged) if name.endswith((".exe", ".dll"))]
        self.assertEqual(len(files), 3)
        self.done(tool("sign", *files, **self.environment))
        msi = os.path.join(self.folder, "milink.msi")
        self.done(tool("msi", msi, "--from", staged))
        self.done(tool("sign", msi, **self.environment))
        for path in files + [msi]:
            with self.subTest(os.path.basename(path)):
                self.assertTrue(self.verify(path))
                data = bytearray(read(path))
                data[len(data) // 3] ^= 1
                with open(path + ".changed", "wb") as to:
                    to.write(data)
                self.assertFalse(self.verify(path + ".changed"), "a changed byte is found")

    def test_a_refusal_leaves_the_file(self):
        path = os.path.join(self.stage(), "milink_messages.dll")
        before = read(path)
        result = tool("sign", path, **dict(self.environment, MILINK_SIGN_KEY=os.path.join(self.folder, "none.pem")))
        self.assertEqual(result.returncode, 1)
        self.assertIn("it is as it was", result.stderr)
        self.assertEqual(read(path), before)
        self.assertNotEqual(tool("sign", path).returncode, 0, "no certificate is named")


class Bill(Case):
    def test_the_bill_names_every_file_and_library(self):
        staged = self.stage()
        bill = json.loads(read(os.path.join(staged, "sbom.spdx.json")))
        self.assertEqual((bill["spdxVersion"], bill["dataLicense"], bill["SPDXID"]), ("SPDX-2.3", "CC0-1.0", "SPDXRef-DOCUMENT"))
        self.assertRegex(bill["creationInfo"]["created"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")
        identifiers = [item["SPDXID"] for item in bill["packages"] + bill["files"]]
        self.assertEqual(len(identifiers), len(set(identifiers)))
        for identifier in identifiers:
            self.assertRegex(identifier, r"^SPDXRef-[A-Za-z0-9.-]+$")
        for row in bill["relationships"]:
            for end in ("spdxElementId", "relatedSpdxElement"):
                self.assertIn(row[end], identifiers + ["SPDXRef-DOCUMENT"])
        there = {os.path.relpath(os.path.join(folder, name), staged) for folder, _, names in os.walk(staged) for name in names}
        self.assertEqual({item["fileName"][2:] for item in bill["files"]}, there - {"sbom.spdx.json"})
        for item in bill["files"]:
            sums = {row["algorithm"]: row["checksumValue"] for row in item["checksums"]}
            self.assertEqual(sums["SHA256"], hashlib.sha256(read(os.path.join(staged, item["fileName"]))).hexdigest())
        libraries = {item["name"]: item for item in bill["packages"] if item["name"] != "milink"}
        self.assertLessEqual({"openssl", "curl", "nghttp2", "cjson", "sqlite3"}, set(libraries))
        for name, item in libraries.items():
            self.assertRegex(item["versionInfo"], r"^\d", name)
            self.assertNotEqual(item["licenseDeclared"], "NOASSERTION", name)
            self.assertTrue(any(reference["referenceType"] == "purl" for reference in item["externalRefs"]), name)

    def test_the_version_has_one_source(self):
        version = tool("version").stdout.strip()
        self.assertRegex(version, r"^\d+\.\d+\.\d+$")
        names = subprocess.run(["git", "ls-files", "*.rc.in", "*.wxs.in", "CMakeLists.txt", "*/CMakeLists.txt", "tools/*"], cwd=ROOT, check=True,
                               capture_output=True, text=True).stdout.split()
        found = [name for name in names if name != "CMakeLists.txt" and
                 re.search(r"(?<![\d.])" + re.escape(version) + r"(?![\d.])", read(os.path.join(ROOT, name)).decode("utf-8", "replace"))]
        self.assertEqual(found, [])


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0]] + sys.argv[2:], verbosity=2)
