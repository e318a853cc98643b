#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""milink-agent sql under Wine: instances from the registry, and a stand-in for sqlcmd that says how it was called.

Usage: test_sql_verb.py MILINK-AGENT.exe FOLDER-OF-SQLCMD.EXE [unittest arguments]; WINEPREFIX is set."""

import os
import shutil
import subprocess
import sys
import tempfile
import unittest

AGENT, SQLCMD = sys.argv[1:3]
ROOT = r"HKLM\SOFTWARE\Microsoft\Microsoft SQL Server"
TOOLS = ROOT + r"\160\Tools\ClientSetup"
DLL = r"C:\milink\1.0.0\xp_milink_1_0_0.dll"
LOCAL, PROD = "lpc:localhost", r"lpc:localhost\PROD"


def wine(*command, environment=None):
    return subprocess.run(["wine", *command], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120,
                          check=False, env=environment)


def state(instance="MSSQLSERVER", procedures=28, dll=DLL, more=""):
    return f"milink|HOST1|{instance}|{procedures}|{dll}{more}"


class Verb(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        def add(key, name, value):
            done = wine("reg", "add", key, "/v", name, "/d", value, "/f")
            assert done.returncode == 0, done.stderr
        for name, identifier, version in (("MSSQLSERVER", "MSSQL16.MSSQLSERVER", "16.0.4165.4"),
                                          ("PROD", "MSSQL13.PROD", "13.3.6300.2")):
            add(ROOT + r"\Instance Names\SQL", name, identifier)
            add(rf"{ROOT}\{identifier}\Setup", "PatchLevel", version)
            add(rf"{ROOT}\{identifier}\Setup", "Edition", "Enterprise Edition")
        add(rf"{ROOT}\MSSQL13.PROD\Cluster", "ClusterName", "SQLFCI")
        cls.addClassCleanup(wine, "reg", "delete", ROOT, "/f")
        # milink-agent looks for the DLL beside itself.
        cls.folder = os.path.join(os.environ["WINEPREFIX"], "drive_c/milink/1.0.0")
        os.makedirs(cls.folder, exist_ok=True)
        cls.addClassCleanup(shutil.rmtree, os.path.dirname(cls.folder))
        shutil.copy(AGENT, cls.folder)
        open(os.path.join(cls.folder, "xp_milink_1_0_0.dll"), "wb").close()

    def setUp(self):
        self.work = tempfile.mkdtemp(prefix="milink-sql-")
        self.addCleanup(shutil.rmtree, self.work)
        self.log = os.path.join(self.work, "log")
        wine("reg", "add", TOOLS, "/v", "ODBCToolsPath", "/d", "Z:" + SQLCMD, "/f")

    def run_verb(self, *arguments, answers=(), **variables):
        with open(os.path.join(self.work, "answers"), "w", encoding="utf-8") as to:
            to.writelines(f"{server}|{what}|{code}|{text}\n" for server, what, code, text in answers)
        environment = dict(os.environ, SQLCMD_DOUBLE_LOG="Z:" + self.log, SQLCMD_DOUBLE_ANSWERS="Z:" + os.path.join(self.work, "answers"),
                           **variables)
        return wine(r"C:\milink\1.0.0\milink-agent.exe", "sql", *arguments, environment=environment)

    def asked(self):
        if not os.path.exists(self.log):
            return ""
        with open(self.log, encoding="utf-8") as source:
            return source.read()

    def assertEnded(self, done, code):
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)

    def test_list_shows_what_the_registry_names(self):
        done = self.run_verb("list")
        self.assertEnded(done, 0)
        rows = [line.split() for line in done.stdout.splitlines()]
        self.assertEqual(rows[1][:5], ["MSSQLSERVER", "16.0.4165.4", "MSSQLSERVER", "stopped", "no"])
        self.assertEqual(rows[2][:5], ["PROD", "13.3.6300.2", "MSSQL$PROD", "stopped", "yes"])

    def test_print_writes_the_script_and_asks_nobody(self):
        done = self.run_verb("print", "--instance", "prod")
        self.assertEnded(done, 0)
        self.assertIn(f"N'{DLL}'", done.stdout)
        self.assertEqual(done.stdout.count("USE master;"), 1)
        self.assertEqual(self.asked(), "")

    def test_register_runs_it_on_each_and_checks(self):
        done = self.run_verb("register", answers=[
            (LOCAL, "ComputerName", 0, state(procedures=0, dll="-")), (LOCAL, "sp_addextendedproc", 0, "registered: 28"),
            (LOCAL, "xp_milink_version", 0, "1.0.0|1.0.0|1|public"),
            (PROD, "ComputerName", 0, state("PROD", dll=r"C:\milink\0.9.0\xp_milink_0_9_0.dll")), (PROD, "sp_addextendedproc", 0, "registered: 28"),
            (PROD, "xp_milink_version", 0, "1.0.0|1.0.0|1|public")])
        self.assertEnded(done, 0)
        self.assertEqual(done.stdout.count("xp_milink_version answers: 1.0.0"), 2)
        self.assertIn(r"before: C:\milink\0.9.0\xp_milink_0_9_0.dll", done.stdout)
        self.assertNotIn("DBCC", self.asked())
        self.assertIn("\n-E\n-C\n", self.asked())

    def test_the_switch_lets_go_of_the_old_one_when_asked(self):
        done = self.run_verb("register", "--instance", "PROD", "--free", answers=[
            (PROD, "ComputerName", 0, state("PROD", dll=r"C:\milink\0.9.0\xp_milink_0_9_0.dll")), (PROD, "sp_addextendedproc", 0, "registered: 28"),
            (PROD, "xp_milink_version", 0, "1.0.0|1.0.0|1|public"), (PROD, "DBCC xp_milink_0_9_0 (FREE)", 0, "done")])
        self.assertEnded(done, 0)
        self.assertIn("DBCC xp_milink_0_9_0 (FREE)", self.asked())
        self.assertNotIn(LOCAL + "\n", self.asked(), "the other instance was not asked")

    def test_an_agent_that_does_not_run_yet_is_no_failure(self):
        done = self.run_verb("register", "--instance", "PROD", answers=[
            (PROD, "ComputerName", 0, state("PROD", 0, "-")), (PROD, "sp_addextendedproc", 0, "registered: 28"),
            (PROD, "xp_milink_version", 1, "Msg 50501, Level 16: nothing answers")])
        self.assertEnded(done, 0)
        self.assertIn("50501", done.stdout)

    def test_failures_say_what_sqlcmd_said(self):
        done = self.run_verb("register", "--instance", "PROD", answers=[(PROD, "ComputerName", 1, "Login failed for user 'X'.")])
        self.assertEnded(done, 1)
        self.assertIn("Login failed for user 'X'.", done.stderr)
        self.assertIn("ended with 1", done.stderr)
        done = self.run_verb("register", "--instance", "PROD", answers=[
            (PROD, "ComputerName", 0, state("PROD", 0, "-")), (PROD, "sp_addextendedproc", 0, "registered: 28"),
            (PROD, "xp_milink_version", 1, "Msg 0: Could not load the DLL")])
        self.assertEnded(done, 1)
        self.assertIn("Could not load the DLL", done.stderr)
        done = self.run_verb("register", "--instance", "NONE")
        self.assertEnded(done, 1)
        self.assertIn("no SQL Server instance NONE", done.stderr)

    def test_without_sqlcmd_the_script_is_offered(self):
        wine("reg", "delete", TOOLS, "/f")
        done = self.run_verb("register")
        self.assertEnded(done, 1)
        self.assertIn("milink-agent sql print", done.stderr)
        self.assertEnded(self.run_verb("print"), 0)

    def test_a_password_is_in_the_environment_alone(self):
        done = self.run_verb("unregister", "--server", "SQL9,1533", "--user", "sa", SQLCMDPASSWORD="Pa55-word!", answers=[
            ("SQL9,1533", "ComputerName", 0, state()), ("SQL9,1533", "sp_dropextendedproc", 0, "removed: 28"), ("SQL9,1533", "DBCC", 0, "")])
        self.assertEnded(done, 0)
        self.assertIn("password given", self.asked())
        self.assertIn("\n-U\nsa\n", self.asked())
        self.assertNotIn("\n-C\n", self.asked(), "another host's certificate is looked at")
        self.assertNotIn("Pa55-word!", self.asked() + done.stdout + done.stderr)
        self.assertIn("DBCC xp_milink_1_0_0 (FREE)", self.asked())

    def test_check_names_the_node_that_lacks_something(self):
        answers = [(LOCAL, "ComputerName", 0, state(more=r"\nreplica|SQL2\nnode|NODE3")), (LOCAL, "xp_milink_version", 0, "1.0.0|1.0.0|1"),
                   ("SQL2", "ComputerName", 0, "milink|SQL2|MSSQLSERVER|0|-")]
        done = self.run_verb("check", "--instance", "MSSQLSERVER", answers=answers)
        self.assertEnded(done, 1)
        rows = {line.split()[0]: line for line in done.stdout.splitlines()}
        self.assertIn("28", rows["MSSQLSERVER"])
        self.assertIn("1.0.0", rows["MSSQLSERVER"])
        self.assertIn("(as the active node)", rows["NODE3"])
        self.assertRegex(rows["SQL2"], r" 0 ")
        self.assertEqual([row for row in rows if row not in ("node", "MSSQLSERVER", "NODE3", "SQL2")], [])

    def test_what_if_asks_nobody(self):
        done = self.run_verb("register", "--what-if")
        self.assertEnded(done, 0)
        self.assertIn("sp_addextendedproc", done.stdout)
        self.assertEnded(self.run_verb("unregister", "--what-if"), 0)
        self.assertEqual(self.asked(), "")

    def test_usage(self):
        for arguments in ((), ("nothing",), ("register", "--no-such"), ("register", "--instance")):
            self.assertEnded(self.run_verb(*arguments), 2)


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0]] + sys.argv[3:], verbosity=2)
