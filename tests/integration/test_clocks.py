#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Clocks that are set, and an Azure whose clock is another: operations keep their time, and no wait becomes one of
hours. The agent's clock is moved under it by tests/fault/clock_shift.c."""

import os
import subprocess
import sys

import rig
from rig import RigCase, link, scenario, wait_for

HOUR = 3600
JUMPS = (2 * HOUR, -2 * HOUR, 40 * 24 * HOUR, -40 * 24 * HOUR)


def take_shift():
    """--clock-shift FILE, which is this file's alone."""
    at = sys.argv.index("--clock-shift")
    path = sys.argv[at + 1]
    del sys.argv[at:at + 2]
    return path


class ClockCase(RigCase):
    azure = None
    model = scenario(*[link(f"link-{n}") for n in range(len(JUMPS) + 1)],
                     timing={"failover_ms": 2500, "retry_after_seconds": 1})

    def setUp(self):
        super().setUp()
        self.shift = os.path.join(self.rig.folder, "shift")
        self.set_clock(0)
        self.callers = dict(self.rig.environment)
        self.rig.start_azure(self.model)
        self.start_agent()

    def start_agent(self):
        self.rig.environment = dict(self.callers, LD_PRELOAD=SHIFT, CLOCK_SHIFT_FILE=self.shift)
        # The preloaded library stands before the sanitizer's, on purpose.
        self.rig.environment["ASAN_OPTIONS"] = self.callers.get("ASAN_OPTIONS", "") + ":verify_asan_link_order=0"
        self.rig.write_configuration()
        self.rig.agent = self.rig.spawn(self.rig.command(rig.OPTIONS.agent, "run", "--config",
                                                         self.rig.path("agent.json")), self.rig.folder + "/agent.out")
        self.rig.environment = self.callers
        wait_for(lambda: self.rig.execute("EXEC xp_milink_version;").rc == 0, "the agent answers", 60)

    def set_clock(self, seconds):
        """By so much from the true time."""
        with open(self.shift + ".new", "w", encoding="utf-8") as to:
            to.write(str(seconds * 1000))
        os.rename(self.shift + ".new", self.shift)

    def failover(self, number, **more):
        return self.rig.call("link_failover", link=f"link-{number}", failover_type="Planned", **more)

    def assertSucceeded(self, identifier):
        row = wait_for(lambda: (row := self.rig.operation(identifier))["ended_at"] and row, "it ends", 60)
        self.assertEqual(row["state"], "Succeeded", row)
        return row


class Host(ClockCase):
    def test_the_clock_is_set_while_operations_run(self):
        began = self.rig.call("version").rows[0]["agent_started_at"]
        for number, seconds in enumerate(JUMPS):
            with self.subTest(seconds):
                self.set_clock(0)
                begun = self.failover(number)
                self.assertDone(begun)
                self.set_clock(seconds)
                self.assertSucceeded(begun.rows[0]["operation_id"])
                self.assertIn("the host's clock was set", self.rig.text("agent.log"))
        self.assertEqual(len(self.rig.requests("link.failover")), len(JUMPS))
        self.assertEqual(began[:10], self.rig.call("version").rows[0]["agent_started_at"][:10])

    def test_the_clock_is_set_while_the_agent_is_down(self):
        for number, seconds in enumerate(JUMPS):
            with self.subTest(seconds):
                self.set_clock(0)
                begun = self.failover(number)
                self.assertDone(begun)
                self.rig.kill_agent()
                self.set_clock(seconds)
                self.start_agent()
                self.assertSucceeded(begun.rows[0]["operation_id"])
        self.assertEqual(len(self.rig.requests("link.failover")), len(JUMPS))

    def test_it_is_set_while_a_throttled_request_waits(self):
        for number, seconds in enumerate(JUMPS):
            with self.subTest(seconds):
                self.set_clock(0)
                self.rig.fault(on="link.failover", nth=1, action="status", status=429, retry_after=2)
                request = self.rig.spawn(self.rig.command(
                    rig.OPTIONS.odshost, "-Q", f"EXEC xp_milink_link_failover @link=N'link-{number}', "
                    "@failover_type=N'Planned', @wait_seconds=30"), self.rig.folder + "/caller.out")
                wait_for(lambda: len(self.rig.requests("link.failover")) == 2 * number + 1, "the first is throttled")
                self.set_clock(seconds)
                self.assertEqual(request.wait(60), 0)
                wait_for(lambda: len(self.rig.requests("link.failover")) == 2 * number + 2, "it is sent again")
        rows = self.rig.call("operation_list").rows
        self.assertEqual([row["state"] for row in rows], ["Succeeded"] * len(JUMPS), rows)

    def test_the_audit_trail_stays_whole(self):
        for number, seconds in enumerate(JUMPS):
            self.set_clock(seconds)
            self.assertDone(self.failover(number, wait_seconds=30))
        verified = subprocess.run(self.rig.command(rig.OPTIONS.agent, "audit", "verify", "--config",
                                                   self.rig.path("agent.json")),
                                  capture_output=True, text=True, timeout=60, check=False, env=self.rig.environment)
        self.assertEqual(verified.returncode, 0, verified.stdout + verified.stderr)


class Azure(ClockCase):
    def test_azure_has_another_clock(self):
        for number, seconds in enumerate((HOUR, -HOUR)):
            with self.subTest(seconds):
                self.rig.azure("/_sim/timing", {"clock_skew_seconds": seconds})
                self.rig.fault(on="link.failover", nth=1, action="status", status=429, retry_after=2,
                               retry_after_date=True)
                answer = self.failover(number, wait_seconds=30)
                self.assertDone(answer)
                self.assertEqual(answer.rows[0]["state"], "Succeeded")
                clock = next(row for row in self.rig.call("health").rows if row["area"] == "clock")
                self.assertNotEqual(clock["status"], "OK", clock)


if __name__ == "__main__":
    SHIFT = take_shift()
    rig.main()
