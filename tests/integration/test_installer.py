#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The installer, an MSI, under Wine's Windows Installer: install, repair, upgrade, downgrade, removal, rollback."""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

import rig
from rig import Rig, RigCase, link, scenario, wait_for

TOOLS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../tools")
NAME, STOPPED, RUNNING = "milink-agent", 1, 4
KEY = r"HKLM\SOFTWARE\milink"
EVENTS = r"HKLM\SYSTEM\CurrentControlSet\Services\EventLog\Application\milink-agent"
CONTROL = sys.argv[-1]
MSI = {}  # version: path
STAGED = []  # what is installed, below the version's directory


def setUpModule():
    folder = tempfile.mkdtemp(prefix="milink-msi-")
    unittest.addModuleCleanup(shutil.rmtree, folder)
    for version in ("9.1.0", "9.2.0"):
        staged = os.path.join(folder, "staged-" + version)
        subprocess.run([os.path.join(TOOLS, "stage"), staged, "--version", version], check=True)
        MSI[version] = os.path.join(folder, version + ".msi")
        subprocess.run([os.path.join(TOOLS, "msi"), MSI[version], "--from", staged, "--version", version], check=True)
    for here, _, files in os.walk(os.path.join(folder, "staged-9.1.0")):
        STAGED.extend(os.path.relpath(os.path.join(here, name), os.path.join(folder, "staged-9.1.0")) for name in files)


class InstallerCase(RigCase):
    azure = None

    def setUp(self):
        self.rig = Rig()
        self.addCleanup(self.rig.close)
        self.drive = os.path.join(os.environ["WINEPREFIX"], "drive_c")
        self.programs = os.path.join(self.drive, "Program Files/milink")
        self.data = os.path.join(self.drive, "ProgramData/milink")
        self.addCleanup(self.clean)

    def clean(self):
        for version in MSI:
            self.msiexec("/x", version, "PURGE=1")
        if os.path.isfile(self.data):
            os.unlink(self.data)
        for left in (self.data, self.programs):  # a DLL that was loaded is left for the next start of Windows
            shutil.rmtree(left, ignore_errors=True)

    def msiexec(self, what, version, *properties):
        log, out = (os.path.join(self.rig.folder, name) for name in ("msi.log", "msi.out"))
        # A file: what the installer starts may outlive it and would keep a pipe open.
        with open(out, "wb") as to:
            done = subprocess.run(["wine", "msiexec", what, "Z:" + MSI[version], "/qn", "/norestart", "/l*v", "Z:" + log, *properties],
                                  stdin=subprocess.DEVNULL, stdout=to, stderr=subprocess.DEVNULL, timeout=120, check=False)
        self.said = self.rig.text("msi.out")
        return done.returncode

    def install(self, version, *properties):
        self.assertEqual(self.msiexec("/i", version, *properties), 0, self.said)

    def wine(self, *command):
        return subprocess.run(["wine", *command], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, check=False)

    def registry(self, key, value):
        done = self.wine("reg", "query", key, "/v", value)
        return done.stdout.split("    ")[-1].strip() if done.returncode == 0 else None

    def service(self):
        done = self.wine(CONTROL, "query", NAME)
        return json.loads(done.stdout) if done.returncode == 0 else None

    def command(self):
        return self.registry(r"HKLM\SYSTEM\CurrentControlSet\Services\milink-agent", "ImagePath")

    def files(self, version):
        top = os.path.join(self.programs, version)
        return {os.path.relpath(os.path.join(here, name), top) for here, _, names in os.walk(top) for name in names}

    def expected(self, version):
        return {name.replace("9_1_0", version.replace(".", "_")) for name in STAGED}

    def assertInstalled(self, version):
        self.assertEqual(self.files(version), self.expected(version))
        self.assertEqual(self.command(), rf'"C:\Program Files\milink\{version}\milink-agent.exe" service --config "C:\ProgramData\milink\agent.json"')
        self.assertEqual(self.registry(EVENTS, "EventMessageFile"), rf"C:\Program Files\milink\{version}\milink_messages.dll")
        self.assertEqual(self.registry(EVENTS, "TypesSupported"), "0x7")
        self.assertEqual(self.registry(KEY, "Program"), rf"C:\Program Files\milink\{version}")

    def assertNothingInstalled(self):
        self.assertFalse(os.path.exists(self.programs) and os.listdir(self.programs), self.programs)
        self.assertIsNone(self.service())
        self.assertIsNone(self.registry(EVENTS, "EventMessageFile"))
        self.assertIsNone(self.registry(KEY, "Version"))

    def write_good_configuration(self):
        os.makedirs(self.data, exist_ok=True)
        config = self.rig.configuration()
        config["state_directory"] = r"C:\ProgramData\milink\state"
        config["log"] = {"file": r"C:\ProgramData\milink\log\agent.log"}
        with open(os.path.join(self.data, "agent.json"), "w", encoding="utf-8") as to:
            json.dump(config, to)


class Fresh(InstallerCase):
    def test_install_and_remove(self):
        self.install("9.1.0", "INSTANCES=MSSQLSERVER,PROD", "START=0", "DELAYED=1")
        self.assertInstalled("9.1.0")
        self.assertEqual(self.service()["state"], STOPPED)
        with open(os.path.join(self.data, "agent.json"), encoding="utf-8") as source:
            config = json.load(source)
        self.assertEqual(config["sql_instances"], ["MSSQLSERVER", "PROD"])
        self.assertEqual(sorted(os.listdir(self.data)), ["agent.json", "log", "state"])
        self.assertEqual(self.msiexec("/x", "9.1.0"), 0)
        self.assertNothingInstalled()
        self.assertEqual(sorted(os.listdir(self.data)), ["agent.json", "log", "state"], "what the user made stays")

    def test_a_place_of_ones_own_and_purge(self):
        self.install("9.1.0", r"DATA=C:\milink data", "START=0")
        place = os.path.join(self.drive, "milink data")
        self.assertTrue(os.path.exists(os.path.join(place, "agent.json")))
        self.assertIn(r'--config "C:\milink data\agent.json"', self.command())
        self.assertEqual(self.msiexec("/x", "9.1.0", "PURGE=1"), 0)
        self.assertFalse(os.path.exists(place))
        self.assertNothingInstalled()

    def test_instances_that_are_none_are_refused(self):
        self.assertNotEqual(self.msiexec("/i", "9.1.0", "INSTANCES=NO/SUCH", "START=0"), 0)
        self.assertNothingInstalled()

    def test_a_setup_that_fails_leaves_nothing(self):
        with open(self.data, "w", encoding="utf-8") as to:
            to.write("a file where the directory goes")
        self.assertNotEqual(self.msiexec("/i", "9.1.0", "START=0"), 0)
        self.assertIsNone(self.service())
        self.assertIsNone(self.registry(EVENTS, "EventMessageFile"))
        self.assertIsNone(self.registry(KEY, "Version"))
        with open(self.data, encoding="utf-8") as source:
            self.assertEqual(source.read(), "a file where the directory goes")

    def test_a_directory_with_something_else_in_it_is_left_alone(self):
        place = os.path.join(self.drive, "somebody's")
        os.mkdir(place)
        self.addCleanup(shutil.rmtree, place)
        with open(os.path.join(place, "ledger.txt"), "w", encoding="utf-8") as to:
            to.write("mine")
        self.assertNotEqual(self.msiexec("/i", "9.1.0", r"DATA=C:\somebody's", "START=0"), 0)
        self.assertIsNone(self.service())
        self.assertIsNone(self.registry(KEY, "Version"))
        self.assertEqual(os.listdir(place), ["ledger.txt"])

    def test_purge_takes_what_is_milinks(self):
        self.install("9.1.0", "START=0")
        with open(os.path.join(self.data, "ledger.txt"), "w", encoding="utf-8") as to:
            to.write("mine")
        self.msiexec("/x", "9.1.0", "PURGE=1")
        self.assertEqual(os.listdir(self.data), ["ledger.txt"])

    def test_a_start_that_fails_is_taken_back(self):
        self.rig.port = 9  # nobody is asked
        self.write_good_configuration()
        os.makedirs(os.path.join(self.data, "state/journal.db"))
        self.assertNotEqual(self.msiexec("/i", "9.1.0"), 0)
        self.assertIsNone(self.service())
        self.assertIsNone(self.registry(EVENTS, "EventMessageFile"))
        self.assertIsNone(self.registry(KEY, "Version"))
        self.assertTrue(os.path.exists(os.path.join(self.data, "agent.json")), "what was there before stays")

    def test_repair_puts_back(self):
        self.install("9.1.0", "START=0")
        os.unlink(os.path.join(self.programs, "9.1.0/xp_milink_9_1_0.dll"))
        self.wine("reg", "delete", EVENTS, "/f")
        self.wine(CONTROL, "delete", NAME)
        # What msiexec /fa stands for, which Wine does not know.
        table = subprocess.run(["msiinfo", "export", MSI["9.1.0"], "Property"], capture_output=True, text=True, check=True).stdout
        product = re.search(r"^ProductCode\t(\{.*\})", table, re.M).group(1)
        done = self.wine("msiexec", "/i", product, "REINSTALL=ALL", "REINSTALLMODE=amus", "/qn", "START=0")
        self.assertEqual(done.returncode, 0, done.stdout)
        self.assertInstalled("9.1.0")

    def test_what_if_does_nothing(self):
        agent = rig.OPTIONS.agent
        done = self.wine(agent, "setup", "--what-if")
        self.assertEqual((done.returncode, done.stdout.count("  would ")), (0, 8), done.stdout)
        done = self.wine(agent, "remove", "--purge", "--what-if")
        self.assertEqual((done.returncode, done.stdout.count("  would ")), (0, 3), done.stdout)
        self.assertNothingInstalled()
        self.assertFalse(os.path.exists(self.data))


class Upgrade(InstallerCase):
    def test_the_service_goes_over_and_keeps_running(self):
        self.rig.start_azure(scenario(link()))
        self.write_good_configuration()
        self.install("9.1.0")
        self.assertInstalled("9.1.0")
        self.assertEqual(self.service()["state"], RUNNING)
        self.assertDone(self.rig.call("link_get", link="sales-link"))
        process = self.service()["process"]
        self.install("9.2.0")
        self.assertInstalled("9.2.0")
        self.assertEqual(self.files("9.1.0"), set())
        self.assertEqual(self.service()["state"], RUNNING)
        self.assertNotEqual(self.service()["process"], process)
        self.assertDone(self.rig.call("link_get", link="sales-link"))

    def test_while_sql_server_has_the_old_dll_loaded(self):
        self.install("9.1.0", "START=0")
        host = subprocess.Popen(["wine", rig.OPTIONS.odshost, "--dll", r"C:\Program Files\milink\9.1.0\xp_milink_9_1_0.dll", "--json"],
                                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        try:
            host.stdin.write(b"EXEC xp_milink_version @timeout_seconds = 1;\nGO\n")
            host.stdin.flush()
            self.assertIn(b"50501", host.stdout.readline(), "it is loaded, and there is no agent")
            self.assertIn(self.msiexec("/i", "9.2.0", "START=0"), (0, 194), "3010, a restart, is 194 in a byte")
            self.assertInstalled("9.2.0")
            host.stdin.write(b"EXEC xp_milink_version @timeout_seconds = 1;\nGO\n")
            host.stdin.flush()
            self.assertIn(b"50501", host.stdout.readline(), "the old one still answers")
        finally:
            host.stdin.close()
            host.wait(60)
            host.stdout.close()

    def test_a_downgrade_is_refused(self):
        self.install("9.2.0", "START=0")
        self.assertNotEqual(self.msiexec("/i", "9.1.0", "START=0"), 0)
        self.assertInstalled("9.2.0")
        self.assertEqual(self.files("9.1.0"), set())


if __name__ == "__main__":
    del sys.argv[-1]
    rig.main()
