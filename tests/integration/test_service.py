#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The agent as a Windows service: the Service Control Manager of Wine starts, stops and reloads it."""

import hashlib
import json
import os
import re
import signal
import struct
import subprocess
import sys
import unittest

import rig
from rig import Rig, RigCase, link, scenario, wait_for

NAME = "milink-agent"
STOPPED, START_PENDING, STOP_PENDING, RUNNING = 1, 2, 3, 4
SPECIFIC = 1066  # ERROR_SERVICE_SPECIFIC_ERROR
HERE = os.path.dirname(os.path.abspath(__file__))
CONTROL, MESSAGES = sys.argv[-2:]


def service_sid(name):
    """The rule of Windows, said again: five words of SHA-1 over the name in capitals."""
    digest = hashlib.sha1(name.upper().encode("utf-16-le")).digest()
    return "S-1-5-80-" + "-".join(str(word) for word in struct.unpack("<5I", digest))


class ServiceRig(Rig):
    def control(self, *arguments):
        return subprocess.run(self.command(CONTROL, *arguments), stdin=subprocess.DEVNULL, capture_output=True,
                              text=True, timeout=120, check=False, env=self.environment)

    def status(self):
        return json.loads(self.control("query", NAME).stdout)

    def wait_state(self, state, seconds=60):
        return wait_for(lambda: (now := self.status())["state"] == state and now, f"the service is in state {state}", seconds)

    def create(self, file="agent.json"):
        program = "Z:" + os.path.abspath(rig.OPTIONS.agent).replace("/", "\\")
        done = self.control("create", NAME, f'"{program}" service --config "{self.path(file)}"')
        assert done.returncode == 0, done.stdout

    def start_service(self):
        done = self.control("start", NAME)
        assert done.returncode == 0, done.stdout
        self.wait_state(RUNNING)

    def process(self):
        """The service's process as Linux knows it: Wine numbers its own."""
        for entry in os.listdir("/proc"):
            if entry.isdigit():
                try:
                    with open(f"/proc/{entry}/cmdline", "rb") as source:
                        line = source.read()
                except OSError:
                    continue
                if self.folder.encode() in line and b"service\0--config" in line:
                    return int(entry)
        return None

    def remove(self):
        if self.control("query", NAME).returncode == 0:
            self.control("stop", NAME)
            process = self.process()
            if process:
                os.kill(process, signal.SIGKILL)
            self.control("delete", NAME)


class ServiceCase(RigCase):
    azure = scenario(link())

    def setUp(self):
        self.rig = ServiceRig()
        self.addCleanup(self.rig.close)
        self.addCleanup(self.rig.remove)

    def begin(self, **changes):
        self.rig.start_azure(self.azure)
        self.rig.write_configuration(**changes)
        self.rig.create()
        self.rig.start_service()


class Lifecycle(ServiceCase):
    azure = scenario(link(), timing={"license_ms": 2000})

    def test_from_create_to_delete(self):
        self.begin()
        status = self.rig.status()
        self.assertEqual((status["code"], status["own_code"], status["checkpoint"]), (0, 0, 0))
        self.assertEqual(status["controls"], 1 | 4 | 8 | 256, "stop, shutdown, parameter change, preshutdown")
        self.assertDone(self.rig.call("link_get", link="sales-link"))
        held = self.rig.control("privileges", str(status["process"])).stdout.split()
        self.assertIn("SeChangeNotifyPrivilege", held)
        self.assertLessEqual(set(held), {"SeChangeNotifyPrivilege", "SeImpersonatePrivilege"})
        self.assertEqual(self.rig.control("interrogate", NAME).returncode, 0)
        self.rig.control("unknown", NAME)
        self.assertEqual(self.rig.status()["state"], RUNNING, "what it does not know does nothing")
        self.assertEqual(self.rig.control("stop", NAME).returncode, 0)
        status = self.rig.wait_state(STOPPED)
        self.assertEqual((status["code"], status["own_code"]), (0, 0))
        self.assertRefused(self.rig.call("version"), 50501)
        self.assertIn('"agent.stopped"', self.rig.text("agent.log"))
        self.rig.start_service()
        self.assertDone(self.rig.call("version"))
        self.rig.control("stop", NAME)
        self.rig.wait_state(STOPPED)
        self.assertEqual(self.rig.control("delete", NAME).returncode, 0)
        self.assertNotEqual(self.rig.control("query", NAME).returncode, 0)

    def test_a_parameter_change_reloads(self):
        self.begin()
        one = self.rig.configuration()["instances"][0]
        self.rig.write_configuration(instances=[dict(one, rights=["read"])])
        self.assertEqual(self.rig.control("reload", NAME).returncode, 0)
        wait_for(lambda: self.rig.call("instance_list").rows[0]["rights"] == "read", "it is in force")
        self.rig.write_configuration(instances=[])
        self.rig.control("reload", NAME)
        wait_for(lambda: '"agent.reload_refused"' in self.rig.text("agent.log"), "it is refused")
        self.assertEqual(self.rig.call("instance_list").rows[0]["rights"], "read")
        self.assertEqual(self.rig.status()["state"], RUNNING)

    def test_an_administrator_stops_it_over_the_pipe(self):
        self.begin()
        self.assertEqual(self.rig.verb("stop").returncode, 0)
        status = self.rig.wait_state(STOPPED)
        self.assertEqual((status["code"], status["own_code"]), (0, 0))

    def test_what_runs_at_a_stop_goes_on_at_the_start(self):
        self.begin()
        row = self.rig.call("license_set", license_type="BasePrice").rows[0]
        self.assertEqual(row["state"], "Running")
        self.rig.control("stop", NAME)
        self.rig.wait_state(STOPPED)
        self.rig.start_service()
        self.rig.wait_operation(row["operation_id"], "Succeeded")
        self.assertEqual(len(self.rig.writes()), 1, "nothing is sent twice")

    def test_killed_and_started_again(self):
        self.begin()
        row = self.rig.call("license_set", license_type="BasePrice").rows[0]
        os.kill(self.rig.process(), signal.SIGKILL)
        wait_for(lambda: self.rig.process() is None, "it is gone")
        # Wine's manager does not see a service die, and Windows' would start it again by itself: here a new one is made.
        self.rig.control("stop", NAME)
        self.rig.control("delete", NAME)
        self.rig.create()
        self.rig.start_service()
        self.rig.wait_operation(row["operation_id"], "Succeeded")
        self.assertEqual(len(self.rig.writes()), 1, "nothing is sent twice")

    def test_it_starts_without_a_network(self):
        self.begin(arm_endpoint="https://localhost:9", authority="https://localhost:9")
        self.assertEqual(self.rig.requests(), [])
        self.assertDone(self.rig.call("version"))

    def test_without_a_log_of_its_own_it_logs_beside_the_journal(self):
        self.begin(log={"level": "debug"})
        self.assertIn('"agent.started"', self.rig.text("state/agent.log"))


class Pipes(ServiceCase):
    def dacl(self, name):
        done = self.rig.control("sddl", "\\\\.\\pipe\\milink\\" + name)
        self.assertEqual(done.returncode, 0, done.stdout)
        return set(re.findall(r"\([^)]*\)", done.stdout))

    def test_the_permissions_are_on_the_pipes(self):
        """Wine keeps them and does not enforce them; tests/sqlserver/pipe-security.ps1 does the rest on Windows."""
        self.begin(sql_instances=["MSSQLSERVER", "PROD"])
        # Windows writes OW, Wine the SID; generic rights may be shown as what they stand for.
        common = 5
        admin = self.dacl("admin")
        self.assertEqual(len(admin), common, admin)
        self.assertEqual(len([ace for ace in admin if ace.startswith("(D;")]), 2, admin)
        self.assertTrue([ace for ace in admin if ace.startswith("(D;") and ace.endswith(";NU)")], admin)
        self.assertTrue([ace for ace in admin if ace.startswith("(D;") and ace.endswith(";AN)")], admin)
        self.assertIn("(A;;0x12019b;;;BA)", admin)
        server = self.dacl("xp")
        self.assertEqual(server - admin, {
            "(A;;0x12019b;;;S-1-5-80-3880718306-3832830129-1677859214-2598158968-1052248003)",
            f"(A;;0x12019b;;;{service_sid('MSSQL$PROD')})"})

    def test_the_audit_trail_knows_the_account_that_called(self):
        self.begin()
        self.assertDone(self.rig.call("license_set", license_type="BasePrice", wait_seconds=60))
        clients = {json.loads(line).get("client") for line in self.rig.text("state/audit.jsonl").splitlines()}
        self.assertTrue(any(re.fullmatch(r"user S-1-5-21-[-0-9]+, process \d+", client or "") for client in clients), clients)


class Refused(ServiceCase):
    """A start that fails ends with a code that has Windows start it again, and with one of its own."""

    def refuse(self, own_code, file="agent.json"):
        self.rig.create(file)
        self.rig.control("start", NAME)
        status = self.rig.wait_state(STOPPED)
        self.assertEqual((status["code"], status["own_code"]), (SPECIFIC, own_code))

    def setUp(self):
        super().setUp()
        self.rig.port = 9

    def test_no_configuration(self):
        self.refuse(2, "nowhere.json")

    def test_a_configuration_with_errors(self):
        self.rig.write_configuration(instances=[])
        self.refuse(2)

    def test_a_journal_that_cannot_be_opened(self):
        os.mkdir(os.path.join(self.rig.folder, "state", "journal.db"))
        self.rig.write_configuration()
        self.refuse(4)
        self.assertIn('"agent.failed"', self.rig.text("agent.log"))
        self.assertIn("journal.db", self.rig.text("agent.log"))

    def test_a_log_that_cannot_be_opened(self):
        self.rig.write_configuration(log={"file": self.rig.path("nowhere/agent.log")})
        self.refuse(4)


class Console(ServiceCase):
    def test_it_is_not_for_a_console(self):
        done = subprocess.run(self.rig.command(rig.OPTIONS.agent, "service"), stdin=subprocess.DEVNULL, timeout=60,
                              capture_output=True, text=True, check=False, env=self.rig.environment)
        self.assertEqual(done.returncode, 1)
        self.assertIn("in a console use milink-agent run", done.stderr)

    def test_every_event_has_its_text(self):
        with open(os.path.join(HERE, "../../docs/events.md"), encoding="utf-8") as source:
            rows = re.findall(r"^\| (\d+) \| (\w+) \| `[\w.]+` \| (.*) \| (.*) \|$", source.read(), re.M)
        self.assertGreater(len(rows), 15)
        severities = {"Information": 1, "Warning": 2, "Error": 3}
        for number, severity, meaning, action in rows:
            with self.subTest(number):
                code = severities[severity] << 30 | int(number)
                text = self.rig.control("message", MESSAGES, str(code)).stdout
                self.assertTrue(text.startswith("THE TEXT"), text)
                self.assertIn(meaning[1:], text)
                self.assertIn("What to do: " + action, text)


if __name__ == "__main__":
    del sys.argv[-2:]
    rig.main()
