#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A configuration that changes under load, and what the agent has kept of all it did: audit trail and metrics."""

import json
import os
import signal
import threading

import openmetrics
import rig
from rig import SharedRigCase, link, scenario, wait_for


def configured(alias, *rights):
    return {"alias": alias, "subscription_id": rig.SUBSCRIPTION, "resource_group": "rg-dr",
            "managed_instance": "sqlmi-" + alias, "rights": list(rights)}


def instances(model, *names):
    for name in names:
        model["instances"].append({"name": name, "subscription_id": rig.SUBSCRIPTION, "resource_group": "rg-dr"})
    return model


class Reload(SharedRigCase):
    azure = instances(scenario(link(role="Secondary"), timing={"license_ms": 100, "retry_after_seconds": 1}),
                      "sqlmi-new")
    configuration = {"instances": [configured("dr", "read")]}

    def reload(self, *configurations, code=0, **changes):
        self.rig.write_configuration(instances=list(configurations), **changes)
        result = self.rig.verb("reload")
        text = (result.stdout + result.stderr).decode()
        self.assertEqual(result.returncode, code, text)
        return text

    def tearDown(self):
        self.reload(configured("dr", "read"))

    def test_a_right_counts_at_the_next_call(self):
        change = {"license_type": "BasePrice"}
        self.assertRefused(self.rig.call("license_set", **change), 50558, "license")
        self.reload(configured("dr", "read", "license"))
        self.succeed("license_set", **change)
        self.reload(configured("dr", "read"))
        self.assertRefused(self.rig.call("license_set", **change), 50558, "license")
        # What was done while it was granted is still told.
        self.assertEqual(self.rig.call("operation_list").rows[0]["state"], "Succeeded")

    def test_an_instance_comes_and_goes_under_load(self):
        wrong, stop = [], threading.Event()

        def keep_reading():
            while not stop.is_set():
                answer = self.rig.call("link_list", instance="dr")
                if answer.rc != 0 or len(answer.rows) != 1:
                    wrong.append(answer.error_text)

        threads = [threading.Thread(target=keep_reading) for _ in range(2)]
        for thread in threads:
            thread.start()
        try:
            for _ in range(2):
                self.assertRefused(self.rig.call("link_list", instance="new"), 50556)
                self.assertIn("in force", self.reload(configured("dr", "read"), configured("new", "read")))
                answer = self.rig.call("link_list", instance="new")
                self.assertDone(answer)
                self.assertEqual(answer.rows, [])
                self.reload(configured("dr", "read"))
        finally:
            stop.set()
            for thread in threads:
                thread.join(120)
        self.assertEqual(wrong, [])

    def test_a_bad_file_changes_nothing(self):
        for changes, text in (({"instances": []}, "instances"), ({"workers": "many"}, "workers"),
                              ({"identity": {"type": "none"}}, "identity.type"), ({"colour": 1}, "colour")):
            said = self.reload(*changes.pop("instances", [configured("dr", "read", "license")]), code=1, **changes)
            self.assertIn(text, said)
            self.assertIn("the one in force stays", said)
        with open(os.path.join(self.rig.folder, "agent.json"), "w", encoding="utf-8") as file:
            file.write('{"instances": [')
        self.assertEqual(self.rig.verb("reload").returncode, 1)
        self.assertEqual(self.rig.call("instance_list").rows[0]["rights"], "read")
        self.assertDone(self.rig.call("link_list"))

    def test_the_signal(self):
        if rig.OPTIONS.windows:
            self.skipTest("Windows has no SIGHUP")
        self.rig.write_configuration(instances=[configured("dr", "read", "database")])
        self.rig.agent.send_signal(signal.SIGHUP)
        wait_for(lambda: self.rig.call("instance_list").rows[0]["rights"] == "read, database", "it is in force")
        self.rig.write_configuration(instances=[])
        self.rig.agent.send_signal(signal.SIGHUP)
        wait_for(lambda: self.rig.text("agent.log").count("agent.reload") >= 2, "it is refused")
        self.assertEqual(self.rig.call("instance_list").rows[0]["rights"], "read, database")

    def test_an_instance_leaves_with_an_operation_open(self):
        self.rig.azure("/_sim/timing", {"license_ms": 600000})
        self.reload(configured("dr", "read"), configured("new", "read", "license"))
        row = self.rig.call("license_set", instance="new", license_type="BasePrice").rows[0]
        self.assertEqual(row["state"], "Running")
        self.rig.azure("/_sim/timing", {"license_ms": 100})
        self.reload(configured("dr", "read"))
        ended = wait_for(lambda: (now := self.rig.operation(row["operation_id"]))["state"] != "Running" and now,
                         "it is followed no more")
        self.assertEqual((ended["state"], ended["error_number"]), ("Unknown", 50577))


class Kept(SharedRigCase):
    """One run of calls, and what is left of it. The tests go by their numbers."""

    azure = scenario(link(role="Secondary"), timing={"license_ms": 100, "retry_after_seconds": 1})

    @classmethod
    def prepare(cls):
        cls.configuration = {"metrics": {"file": cls.rig.path("metrics.txt")}}

    def trail(self):
        return os.path.join(self.rig.folder, "state", "audit.jsonl")

    def test_1_calls(self):
        for _ in range(3):
            self.assertDone(self.rig.call("link_list"))
        self.assertEqual(self.rig.call("link_get", link="none").rc, 50601)
        self.assertEqual(self.rig.call("license_set", license_type="Free").rc, 50554)
        self.assertEqual(self.rig.call("link_failover", link="sales-link", failover_type="Planned").rc, 50605)
        row = self.succeed("license_set", license_type="BasePrice", caller='CONTOSO\\dba "x"', reason="ä\n=1+1")
        stopped = self.rig.verb("stop")
        self.assertEqual(stopped.returncode, 0, stopped.stderr)
        self.assertEqual(self.rig.agent.wait(timeout=60), 0)
        with open(self.trail(), encoding="utf-8") as file:
            records = [json.loads(line) for line in file]
        self.assertEqual(records[-1]["operation_id"], row["operation_id"])
        self.assertEqual(records[-2]["reason"], "ä\n=1+1")

    def test_2_metrics(self):
        _, samples = openmetrics.parse(self.rig.text("metrics.txt"))

        def calls(procedure, outcome):
            labels = (("outcome", outcome), ("procedure", "xp_milink_" + procedure))
            return samples.get(("milink_calls_total", labels), 0)

        self.assertEqual(calls("link_list", "done"), 3)
        self.assertEqual(calls("link_get", "azure"), 1)
        self.assertEqual(calls("license_set", "refused"), 1)
        self.assertEqual(calls("license_set", "done"), 1)
        self.assertEqual(calls("link_failover", "refused") + calls("link_failover", "azure"), 1)
        ended = {dict(labels)["state"]: value for (name, labels), value in samples.items()
                 if name == "milink_operations_ended_total" and dict(labels)["procedure"] == "xp_milink_license_set"
                 and value}
        self.assertEqual(ended, {"Succeeded": 1})
        self.assertEqual(samples[("milink_operations_open_all", ())], 0)
        self.assertEqual(samples[("milink_token_fetches_total", ())], 1)
        sent = sum(value for (name, labels), value in samples.items() if name == "milink_arm_requests_total")
        log = [json.loads(line) for line in self.rig.text("traffic.jsonl").splitlines()]
        self.assertEqual(sent, len([r for r in log if r["kind"] != "token"]))

    def test_3_the_trail_is_whole(self):
        result = self.rig.verb("audit", "verify")
        self.assertEqual((result.returncode, result.stderr), (0, b""), result.stdout)
        exported = [json.loads(line) for line in self.rig.verb("audit", "export").stdout.splitlines()]
        self.assertIn(f"whole, records: {len(exported)} (1 to {len(exported)})".encode(), result.stdout)
        self.assertEqual([r["sequence"] for r in exported], list(range(1, len(exported) + 1)))

    def test_4_a_spreadsheet_runs_nothing(self):
        text = self.rig.verb("audit", "export", "--csv").stdout.decode()
        self.assertIn("CONTOSO\\dba", text)
        self.assertNotRegex(text, r'(^|,)"?=')

    def test_5_any_byte_that_changes_is_found(self):
        with open(self.trail(), "rb") as file:
            whole = file.read()
        begins = [0] + [i + 1 for i, byte in enumerate(whole) if byte == 0x0A][:-1]
        # In the first record, in a text in the middle, in a hash, at a line's end, in the last record.
        for at in (begins[0] + 20, whole.index(b"CONTOSO"), whole.rindex(b'"hash":"') + 20, begins[1] - 1,
                   len(whole) - 30):
            changed = bytearray(whole)
            changed[at] ^= 0x01
            with open(self.trail(), "wb") as file:
                file.write(changed)
            result = self.rig.verb("audit", "verify")
            self.assertEqual(result.returncode, 1, at)
            line = whole.count(b"\n", 0, at) + 1
            self.assertIn(f"line {line}, byte {begins[line - 1]}: ".encode(), result.stderr, at)
        with open(self.trail(), "wb") as file:
            file.write(whole[:begins[-1]])  # the last record is gone
        self.assertEqual(self.rig.verb("audit", "verify").returncode, 1)
        with open(self.trail(), "wb") as file:
            file.write(whole)
        self.assertEqual(self.rig.verb("audit", "verify").returncode, 0)


if __name__ == "__main__":
    rig.main()
