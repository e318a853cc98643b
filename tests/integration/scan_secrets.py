#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Looks for secrets and tokens where none may be: files, command lines and environments of processes.

Usage: scan_secrets.py [--secrets FILE] PATH...   FILE has a secret a line; PATHs are files and folders
       scan_secrets.py --self-test

A token is anything of the form of a JSON Web Token; it need not be known. Prints each finding, without the secret;
exit code 1 when there is one."""

import argparse
import base64
import json
import os
import re
import subprocess
import sys
import tempfile
import urllib.parse

SHORTEST = 6  # anything shorter stands everywhere by chance
TOKEN = rb"eyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}"
PRIVATE_KEY = rb"-----BEGIN [A-Z ]*PRIVATE KEY-----"


def base64_cores(data):
    """What stands in the base64 of any text with data in it, whatever is before and behind."""
    for before in range(3):
        text = base64.b64encode(b"\0" * before + data)
        yield text[-(-before * 8 // 6):(before + len(data)) * 8 // 6]


def forms(secret):
    """Every way in which a secret may be written: (name, bytes)."""
    raw = secret.encode()
    quoted = [urllib.parse.quote(secret, safe=""), urllib.parse.quote_plus(secret, safe=""),
              urllib.parse.quote(secret), urllib.parse.quote(secret, safe="~-._/=")]
    found = {"as it is": raw, "UTF-16": secret.encode("utf-16-le"), "UTF-16 BE": secret.encode("utf-16-be"),
             "in JSON": json.dumps(secret)[1:-1].encode(), "in JSON, escaped slashes":
             json.dumps(secret)[1:-1].replace("/", "\\/").encode(),
             "hexadecimal": raw.hex().encode(), "HEXADECIMAL": raw.hex().upper().encode()}
    for number, text in enumerate(quoted):
        found[f"URL-encoded {number}"] = text.encode()
        found[f"URL-encoded {number}, lower case"] = re.sub(
            "%[0-9A-F]{2}", lambda match: match.group().lower(), text).encode()
    for name, data in (("", raw), (" of UTF-16", secret.encode("utf-16-le"))):
        for number, core in enumerate(base64_cores(data)):
            found[f"base64{name} {number}"] = core
            found[f"base64url{name} {number}"] = core.replace(b"+", b"-").replace(b"/", b"_")
    return found


def wide(pattern):
    """The same expression for UTF-16: a NUL behind each character."""
    return re.sub(rb"(\[[^\]]*\]|\\?.)(\{[0-9,]+\}|\*)?",
                  lambda part: b"(?:" + part.group(1) + b"\\x00)" + (part.group(2) or b""), pattern)


def compile_all(secrets):
    """[(what is found, expression)]"""
    found = [("a token", re.compile(TOKEN)), ("a token, UTF-16", re.compile(wide(TOKEN))),
             ("a private key", re.compile(PRIVATE_KEY)),
             ("a private key, UTF-16", re.compile(wide(PRIVATE_KEY)))]
    for number, core in enumerate(base64_cores(base64.b64encode(b'{"typ":"JWT","a'))):
        found.append((f"a token, base64 {number}", re.compile(re.escape(core))))
    for number, secret in enumerate(secrets):
        if len(secret) < SHORTEST:
            raise ValueError(f"secret {number} is shorter than {SHORTEST} characters")
        for name, data in forms(secret).items():
            found.append((f"secret {number}, {name}", re.compile(re.escape(data))))
    return found


def scan_bytes(where, data, expressions):
    return [f"{where}: {what} at byte {match.start()}" for what, expression in expressions
            if (match := expression.search(data))]


def files_in(path, skip=()):
    if not os.path.isdir(path):
        yield path
        return
    for folder, _, names in os.walk(path):
        for name in names:
            if os.path.relpath(os.path.join(folder, name), path) not in skip:
                yield os.path.join(folder, name)


def scan_files(path, expressions, skip=()):
    findings = []
    for file in files_in(path, skip):
        if os.path.isfile(file) and not os.path.islink(file):
            with open(file, "rb") as source:
                findings += scan_bytes(file, source.read(), expressions)
    return findings


def scan_processes(expressions):
    """Command lines of all processes, and the environments of those we may see."""
    findings = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        for kind in ("cmdline", "environ"):
            try:
                with open(f"/proc/{pid}/{kind}", "rb") as source:
                    data = source.read()
            except OSError:
                continue  # it has ended, or is another user's
            findings += scan_bytes(f"process {pid}, {kind}", data, expressions)
    return findings


def of_secrets(expressions):
    """A token or key on somebody else's command line on this host is not ours."""
    return [expression for expression in expressions if expression[0].startswith("secret")]


def check(findings):
    if findings:
        raise AssertionError("secrets where none may be:\n" + "\n".join(findings))


def check_files(folder, secrets, skip=()):
    """For test rigs: an AssertionError that says where in the files a secret or a token is."""
    check(scan_files(folder, compile_all(secrets), skip))


def check_processes(secrets):
    """The same for the processes that run now."""
    check(scan_processes(of_secrets(compile_all(secrets))))


def self_test():
    secret = "s3cr~t-+/=&%41 \"x\"?>"
    token = b".".join(base64.urlsafe_b64encode(part).rstrip(b"=") for part in (
        b'{"typ":"JWT","alg":"RS256"}', b'{"aud":"https://management.azure.com"}', b"signature"))
    key = b"-----BEGIN RSA PRIVATE KEY-----\nMII"
    cases = [(name, b"before " + data + b" behind") for name, data in forms(secret).items()]
    cases += [(f"base64 of a text {number}", base64.b64encode(b"x" * number + secret.encode() + b"yz"))
              for number in range(6)]
    cases += [("token", token), ("token in a header", b"Authorization: Bearer " + token), ("key", key),
              ("token in UTF-16", token.decode().encode("utf-16-le")), ("key in UTF-16", key.decode().encode("utf-16-le")),
              *(("token in base64", base64.b64encode(b"x" * before + token)) for before in range(3))]
    expressions = compile_all([secret])
    with tempfile.TemporaryDirectory() as folder:
        inner = os.path.join(folder, "state")
        os.mkdir(inner)
        file = os.path.join(inner, "journal.db")
        clean = b"\0" * 65536 + b"eyJ.eyJ; s3cr; MIIBIjANBgkq; -----BEGIN CERTIFICATE-----" + b"\xff" * 70000
        with open(file, "wb") as to:
            to.write(clean)
        check_files(folder, [secret])
        for name, data in cases:
            with open(file, "wb") as to:
                to.write(clean + data + clean)
            if not scan_files(folder, expressions):
                raise AssertionError(f"{name}: not found")
            if scan_files(folder, expressions, skip=("state/journal.db",)):
                raise AssertionError(f"{name}: found in a file that is left out")
    waits = [sys.executable, "-c", "input()"]
    for command, environment in ((waits + [secret], {}), (waits, {"X": secret})):
        with subprocess.Popen(command, stdin=subprocess.PIPE, env={**os.environ, **environment}) as process:
            found = [f for f in scan_processes(expressions) if f.startswith(f"process {process.pid},")]
            process.kill()
        if not found:
            raise AssertionError("the secret of a process is not found")
    print(f"scan_secrets: {len(cases) + 2} hiding places are all seen")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--secrets")
    parser.add_argument("--self-test", action="store_true")
    parser.add_argument("path", nargs="*")
    options = parser.parse_args()
    if options.self_test:
        return self_test()
    secrets = []
    if options.secrets:
        with open(options.secrets, encoding="utf-8") as source:
            secrets = source.read().split("\n")
    expressions = compile_all([s for s in secrets if s])
    findings = [f for path in options.path for f in scan_files(path, expressions)]
    findings += scan_processes(of_secrets(expressions))
    print("\n".join(findings))
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
