#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What SQL Server must never notice: an agent that is absent, hung, dying, lying or busy; KILL; load and free."""

import os
import signal
import unittest

import rig
from rig import RigCase, link, scenario

BAD = {  # mode of badagent: the error that its caller gets
    "garbage": 50507, "truncated": 50508, "huge-frame": 50507, "out-of-order": 50507,
    "trailing-bytes": 50507, "close": 50508, "close-mid-row": 50508, "older": 50504,
    "newer": 50505, "too-many-rows": 50507, "bad-utf8": 50507, "bad-output-index": 50507,
    "endless-info": 50507,
}


class Absent(RigCase):
    azure = None

    def test_an_absent_agent_is_an_error_at_once(self):
        answer = self.rig.call("version")
        self.assertRefused(answer, 50501, "nothing answers", "Start the service milink-agent")
        self.assertLess(answer.elapsed_ms, 1000)

    def test_an_agent_that_lies(self):
        for mode, number in BAD.items():
            with self.subTest(mode):
                self.rig.start_bad_agent(mode)
                answer = self.rig.execute("""
                    DECLARE @number int;
                    EXEC xp_milink_version @error_number = @number OUTPUT, @timeout_seconds = 30;""")
                self.rig.kill_bad_agent()
                self.assertEqual(answer.rc, number, answer.error_text)
                self.assertEqual(answer.outputs["@error_number"], number)
                self.assertEqual(len(answer.errors), 1)

    def test_an_agent_that_never_answers_ends_by_the_deadline(self):
        for mode in ("silent", "drip"):
            with self.subTest(mode):
                self.rig.start_bad_agent(mode)
                answer = self.rig.call("version", timeout_seconds=2)
                self.rig.kill_bad_agent()
                self.assertIn(answer.rc, (50506, 50507), answer.error_text)
                self.assertLess(answer.elapsed_ms, 3000)


class Running(RigCase):
    azure = scenario(link(), timing={"failover_ms": 20000})

    def test_kill_ends_the_wait_and_not_the_operation(self):
        row = self.rig.call("link_failover", link="sales-link", failover_type="Planned").rows[0]
        answer = self.rig.execute(f""":attention 500
EXEC xp_milink_operation_get @operation_id = N'{row["operation_id"]}', @wait_seconds = 60, @timeout_seconds = 90
""")
        self.assertRefused(answer, 50509, "xp_milink_operation_list")
        self.assertLess(answer.elapsed_ms, 500 + 1000)
        self.assertEqual(self.rig.operation(row["operation_id"])["state"], "Running")

    def test_a_hung_agent_ends_by_the_deadline(self):
        os.kill(self.rig.agent.pid, signal.SIGSTOP)
        answer = self.rig.call("version", timeout_seconds=2)
        os.kill(self.rig.agent.pid, signal.SIGCONT)
        self.assertRefused(answer, 50506)
        self.assertLess(answer.elapsed_ms, 3000)
        self.assertDone(self.rig.call("version"))

    def test_sixty_four_callers_at_once(self):
        summary = self.rig.script(":threads 64\n:repeat 5\nEXEC xp_milink_version\n")[-1]
        self.assertEqual((summary["calls"], summary["failures"], summary["misuses"]), (320, 0, 0))
        summary = self.rig.script(":threads 64\nEXEC xp_milink_link_list\n")[-1]
        self.assertEqual((summary["calls"], summary["failures"]), (64, 0))

    def test_load_and_free(self):
        summary = self.rig.script(":load-free 1000\n", timeout=300)[-1]
        self.assertEqual((summary["times"], summary["failures"]), (1000, 0))
        self.assertLessEqual(summary["handles_after"], summary["handles_before"] + 2)

    def test_a_long_text_and_foreign_letters_survive(self):
        name = "Zürich_日本_𝄞"
        answer = self.rig.call("link_list", caller=name, instance="dr")
        self.assertDone(answer)
        answer = self.rig.call("link_list", instance=name)
        self.assertRefused(answer, 50556, name)


class Busy(RigCase):
    azure = scenario(link(), timing={"failover_ms": 60000})
    configuration = {"workers": 1, "queue": 1}

    def test_a_full_agent_refuses_at_once(self):
        row = self.rig.call("link_failover", link="sales-link", failover_type="Planned").rows[0]
        wait = (f"EXEC xp_milink_operation_get @operation_id = N'{row['operation_id']}', "
                "@wait_seconds = 20")
        callers = [self.rig.spawn(self.rig.command(rig.OPTIONS.odshost, "-Q", wait),
                                  self.rig.folder + "/caller.out") for _ in range(2)]
        try:
            answer = rig.wait_for(lambda: (a := self.rig.call("version", timeout_seconds=1)).rc ==
                                  50550 and a, "the agent is full")
            self.assertRefused(answer, 50550, "queue is full", "Try again")
            self.assertLess(answer.elapsed_ms, 1000)
        finally:
            for caller in callers:
                self.rig.kill(caller)


class Attacked(RigCase):
    configuration = {"workers": 4, "queue": 8}

    def test_an_enemy_among_the_callers(self):
        attacks = ["silence", "half", "garbage", "mutants", "flood", "pipeline", "cancel"]
        result = self.rig.spawn(self.rig.command(rig.OPTIONS.badclient, "--seed", "1",
                                                 "--connections", "16", *attacks),
                                self.rig.folder + "/badclient.out")
        self.assertEqual(result.wait(240), 0, self.rig.text("badclient.out"))
        self.assertDone(self.rig.call("link_list"))


class Impostor(RigCase):
    @unittest.skipUnless("--windows" in os.sys.argv, "the owner of a pipe is a matter of Windows")
    def test_a_pipe_of_another_owner_gets_no_byte(self):
        rig.set_pipe_owner("")
        try:
            answer = self.rig.call("version")
            self.assertRefused(answer, 50503, rig.WINE_OWNER)
        finally:
            rig.set_pipe_owner(rig.WINE_OWNER)


class CommandLine(RigCase):
    def test_call_prints_a_table_and_json_and_exit_codes(self):
        result = self.rig.agent_call("instance_list")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn("sqlmi-dr", result.stdout)
        result = self.rig.agent_call("--json", "link_list")
        self.assertEqual((result.returncode, result.stdout.count("\n")), (0, 1), result.stderr)
        result = self.rig.agent_call("link_get", "@link=none")
        self.assertEqual(result.returncode, 1)
        self.assertIn("error 50601", result.stderr)
        self.assertEqual(self.rig.agent_call("link_get", "lnk=x").returncode, 2)
        self.rig.kill_agent()
        self.assertEqual(self.rig.agent_call("version").returncode, 3)

    def test_check_shows_the_evidence(self):
        result = self.rig.spawn(self.rig.command(rig.OPTIONS.agent, "check", "--config",
                                                 self.rig.path("agent.json")),
                                self.rig.folder + "/check.out")
        self.assertEqual(result.wait(60), 0, self.rig.text("check.out"))
        for text in ("OK +configuration", "OK +identity +token", "OK +instance dr", "state Ready"):
            self.assertRegex(self.rig.text("check.out"), text)


if __name__ == "__main__":
    rig.main()
