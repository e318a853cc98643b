#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What the agent keeps about its own doings: the audit trail and its verbs, health and check, log and metrics.

That no secret stands in any of it the rig sees to, when it is closed."""

import csv
import io
import json
import os
import re
import subprocess

import openmetrics
import rig
from rig import RigCase, link, wait_for

LOSE = "LOSE DATA ON sales-link"


class ObserveCase(RigCase):
    azure = None
    model = rig.scenario(link(role="Secondary"))

    def setUp(self):
        super().setUp()
        self.rig.start_azure(self.model)
        self.rig.start_agent(metrics={"file": self.rig.path("metrics.txt")})

    def agent(self, *arguments):
        """A verb of milink-agent, beside the one that runs."""
        result = subprocess.run(
            self.rig.command(rig.OPTIONS.agent, *arguments, "--config", self.rig.path("agent.json")),
            stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120,
            env=self.rig.environment, check=False)
        self.rig.keep_answer((result.stdout + result.stderr).encode())
        return result

    def fail_over(self):
        answer = self.rig.call("link_failover", link="sales-link", failover_type="ForcedAllowDataLoss", confirm=LOSE,
                               caller="CONTOSO\\dba", reason='"primary" is down\n', change_ref="CHG-1",
                               wait_seconds=30)
        self.assertDone(answer)
        return answer.rows[0]

    def trail(self):
        return os.path.join(self.rig.folder, "state", "audit.jsonl")


class Audit(ObserveCase):
    def test_verify_and_export(self):
        row = self.fail_over()
        self.rig.call("link_failover", link="sales-link", failover_type="Planned", confirm="x", expected_role="Secondary")
        verified = self.agent("audit", "verify")
        self.assertEqual((verified.returncode, verified.stderr), (0, ""))
        match = re.match(r"whole, records: 4 \(1 to 4\), the last of hash ([0-9a-f]{64})\n", verified.stdout)
        self.assertTrue(match, verified.stdout)
        self.assertIn(match.group(1), self.rig.text("agent.log"))  # so that a collector has it
        self.assertEqual(self.agent("audit", "verify", "--head", match.group(1)).returncode, 0)
        missed = self.agent("audit", "verify", "--head", "0" * 64)
        self.assertEqual(missed.returncode, 1)
        self.assertIn("no record has the hash", missed.stderr)

        records = [json.loads(line) for line in self.agent("audit", "export").stdout.splitlines()]
        self.assertEqual([r["event"] for r in records], ["begun", "accepted", "ended", "refused"])
        self.assertEqual((records[1]["caller"], records[1]["reason"], records[1]["confirm"]),
                         ("CONTOSO\\dba", '"primary" is down\n', True))
        self.assertEqual((records[2]["state"], records[2]["operation_id"]), ("Succeeded", row["operation_id"]))
        self.assertTrue(records[2]["arm_request_id"])
        self.assertEqual(records[3]["error_code"], "ROLE_UNEXPECTED")
        rows = list(csv.DictReader(io.StringIO(self.agent("audit", "export", "--csv").stdout)))
        self.assertEqual([r["hash"] for r in rows], [r["hash"] for r in records])
        self.assertEqual(rows[1]["reason"], '"primary" is down\n')
        self.assertEqual(self.agent("audit", "export", "--since", "2999-01-01").stdout, "")

    def test_a_changed_byte(self):
        self.fail_over()
        self.rig.kill_agent()
        with open(self.trail(), "r+b") as file:
            lines = file.read().splitlines(keepends=True)
            at = len(lines[0]) + lines[1].index(b"CONTOSO")
            file.seek(at)
            file.write(b"X")
        found = self.agent("audit", "verify")
        self.assertEqual(found.returncode, 1)
        self.assertIn(f"audit.jsonl: line 2, byte {len(lines[0])}: ", found.stderr)
        self.assertIn("NOT whole, records: 2, flaws: 1", found.stdout)
        check = self.agent("check")
        self.assertEqual(check.returncode, 1)
        self.assertRegex(check.stdout, r"FAIL +agent +audit trail +audit.jsonl line 2")

    def test_survives_kill(self):
        for _ in range(3):
            self.rig.call("link_failover", link="sales-link", failover_type="Planned", expected_role="Secondary")
            self.rig.kill_agent()
            self.rig.start_agent()
        with open(self.trail(), "ab") as file:
            file.write(b'{"sequence":')  # as a crash in the middle of a write leaves it
        self.rig.kill_agent()
        self.rig.start_agent()
        verified = self.agent("audit", "verify")
        self.assertEqual(verified.returncode, 0, verified.stderr)
        self.assertIn("whole, records: 5 ", verified.stdout)  # begun, three refusals, torn

    def test_usage(self):
        for arguments in ([], ["mend"], ["verify", "--csv"], ["export", "--head", "x"], ["export", "--since", "today"]):
            self.assertEqual(self.agent("audit", *arguments).returncode, 2, arguments)


class Health(ObserveCase):
    def statuses(self, rows):
        return {(r["area"], r["check_name"]): r["status"] for r in rows}

    def test_health_and_check_agree(self):
        rows = self.rig.call("health", timeout_seconds=60).rows
        check = self.agent("check", "--json")
        lines = [json.loads(line) for line in check.stdout.splitlines()]
        here, there = self.statuses(rows), self.statuses(lines)
        self.assertEqual({key: here[key] for key in here if key in there},
                         {key: there[key] for key in there if key in here})
        self.assertEqual(set(here) - set(there), {("agent", "operations")})
        self.assertEqual(set(there) - set(here), set())
        journal = next(line for line in lines if line["check_name"] == "journal")
        self.assertEqual((journal["status"], journal["evidence"]), ("OK", "held by the agent that is running"))
        self.assertEqual(check.returncode, 1 if "FAIL" in there.values() else 0)

    def test_wrong_secret(self):
        with open(os.path.join(self.rig.folder, "secret"), "w", encoding="utf-8") as file:
            file.write("another")
        check = self.agent("check")
        self.assertEqual(check.returncode, 1)
        self.assertRegex(check.stdout, r"FAIL +identity +token ")
        self.assertRegex(check.stdout, r"OK +agent +audit trail ")


class Modes(ObserveCase):
    def test_closed_to_others(self):
        """What the agent writes is nobody's to change, and nobody's to read but its group's, of the journal and
        the sockets not even that, however its umask is set."""
        if rig.OPTIONS.windows:
            self.skipTest("modes of POSIX")
        self.rig.agent.terminate()
        self.rig.agent.wait(timeout=60)
        before = os.umask(0)
        try:
            self.rig.start_agent(metrics={"file": self.rig.path("metrics.txt")})
        finally:
            os.umask(before)
        self.fail_over()
        wait_for(lambda: os.path.exists(os.path.join(self.rig.folder, "metrics.txt")), "metrics are written")
        allowed = {"state/journal.db": 0o600, "state/journal.db-wal": 0o600, "state/audit.jsonl": 0o640,
                   "state/audit.head": 0o640, "agent.log": 0o640, "metrics.txt": 0o640, "xp.sock": 0o600,
                   "xp.sock.admin": 0o600, "xp.sock.lock": 0o600, "xp.sock.admin.lock": 0o600}
        for name, mode in allowed.items():
            self.assertEqual(os.stat(os.path.join(self.rig.folder, name)).st_mode & 0o7777 & ~mode, 0, name)


class LogAndMetrics(ObserveCase):
    def metrics(self):
        return openmetrics.parse(self.rig.text("metrics.txt"))[1]

    def test_log(self):
        row = self.fail_over()
        lines = [json.loads(line) for line in self.rig.text("agent.log").splitlines()]
        call = next(line for line in lines if line["event"] == "call" and "link_failover" in line["text"])
        self.assertRegex(call["call"], r"^[0-9a-f-]{36}$")
        of_operation = [line["event"] for line in lines if line.get("operation") == row["operation_id"]]
        self.assertIn("operation.sent", of_operation)
        self.assertIn("operation.changed", of_operation)

    def test_metrics(self):
        wait_for(lambda: os.path.exists(os.path.join(self.rig.folder, "metrics.txt")), "metrics are written")
        self.metrics()
        self.fail_over()
        if not rig.OPTIONS.windows:  # an orderly end writes them once more
            self.rig.agent.terminate()
            self.rig.agent.wait(timeout=60)
            labels = (("outcome", "done"), ("procedure", "xp_milink_link_failover"))
            samples = self.metrics()
            self.assertEqual(samples["milink_calls_total", labels], 1)
            self.assertEqual(samples["milink_arm_requests_total", (("method", "POST"), ("status", "2xx"))], 1)
            self.assertEqual(samples["milink_operations_open_all", ()], 0)
            self.assertGreaterEqual(samples["milink_audit_records_total", ()], 2)
            self.assertGreaterEqual(samples["milink_token_fetches_total", ()], 1)


if __name__ == "__main__":
    rig.main()
