#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Operations: at most once for a request_id, nothing lost and nothing sent twice, whatever fails in between."""

import rig
from rig import RigCase, link, scenario, wait_for

ONE = "aaaaaaaa-0000-4000-8000-000000000001"
TWO = "aaaaaaaa-0000-4000-8000-000000000002"


class OperationCase(RigCase):
    def failover(self, **more):
        return self.rig.call("link_failover", link="sales-link", failover_type="Planned", **more)

    def sent(self):
        return len(self.rig.requests("link.failover"))


class Idempotency(OperationCase):
    azure = scenario(link(), link("hr-link"), timing={"failover_ms": 1500})

    def test_a_repeat_finds_the_one_operation(self):
        first = self.failover(request_id=ONE)
        again = self.failover(request_id=ONE.upper(), wait_seconds=30)
        late = self.failover(request_id=ONE)
        for answer in (first, again, late):
            self.assertDone(answer)
            self.assertEqual(answer.rows[0]["operation_id"], first.rows[0]["operation_id"])
        self.assertEqual(late.rows[0]["state"], "Succeeded")
        self.assertEqual(self.sent(), 1)

    def test_another_request_under_the_same_id_is_refused(self):
        self.assertDone(self.failover(request_id=ONE))
        answer = self.rig.call("link_failover", link="hr-link", failover_type="Planned",
                               request_id=ONE)
        self.assertRefused(answer, 50560, ONE, "xp_milink_link_failover")
        self.assertEqual(self.sent(), 1)

    def test_one_open_operation_a_link(self):
        self.assertDone(self.failover(request_id=ONE))
        answer = self.rig.call("link_set_role", link="sales-link", role="Secondary",
                               change_type="Planned")
        self.assertRefused(answer, 50562, "sales-link", "xp_milink_operation_get")
        self.assertDone(self.rig.call("link_failover", link="hr-link", failover_type="Planned"))

    def test_many_sessions_with_one_id_start_one(self):
        answers = self.rig.script(f""":threads 16
EXEC xp_milink_link_failover @link = N'sales-link', @failover_type = N'Planned', @request_id = N'{ONE}', @wait_seconds = 30
""")
        self.assertEqual(answers[-1]["failures"], 0, answers)
        self.assertEqual(self.sent(), 1)


class Restart(OperationCase):
    azure = scenario(link(), timing={"failover_ms": 3000, "retry_after_seconds": 1})

    def test_a_killed_agent_takes_up_what_runs(self):
        operation = self.failover(request_id=ONE).rows[0]
        self.assertEqual(operation["state"], "Running")
        self.rig.kill_agent()
        self.rig.start_agent()
        row = self.rig.wait_operation(operation["operation_id"], "Succeeded")
        self.assertEqual(row["request_id"], ONE)
        self.assertEqual(self.failover(request_id=ONE).rows[0]["operation_id"],
                         operation["operation_id"])
        self.assertEqual(self.sent(), 1)

    def test_killed_while_azure_is_asked(self):
        # Azure takes the request at once and answers late: the agent dies in between.
        self.rig.fault(on="link.failover", nth=1, action="delay", delay_ms=20000)
        caller = self.rig.spawn(self.rig.command(
            rig.OPTIONS.odshost, "-Q",
            "EXEC xp_milink_link_failover @link=N'sales-link', @failover_type=N'Planned', "
            f"@request_id=N'{ONE}'"), self.rig.folder + "/caller.out")
        wait_for(self.sent, "the request reaches Azure")
        self.rig.kill_agent()
        caller.wait(60)
        self.rig.start_agent()
        row = wait_for(lambda: (rows := self.rig.call("operation_list").rows) and
                       rows[0]["state"] == "Succeeded" and rows[0], "the operation is found", 60)
        self.assertEqual(row["request_id"], ONE)
        self.assertEqual(self.sent(), 1)


class LostAnswers(OperationCase):
    def test_an_accepted_request_whose_answer_is_lost(self):
        self.failover(what_if=1)  # the connection is warm
        self.rig.fault(on="link.failover", nth=1, action="cut_after")
        answer = self.failover(wait_seconds=30)
        self.assertDone(answer)
        self.assertEqual(answer.rows[0]["state"], "Succeeded")
        self.assertEqual(self.sent(), 1)

    def test_a_request_that_may_not_have_arrived_is_not_sent_again(self):
        self.failover(what_if=1)
        self.rig.fault(on="link.failover", nth=1, action="cut_before")
        answer = self.failover(wait_seconds=60, timeout_seconds=90)
        self.assertRefused(answer, 50608, "link sales-link of dr", "lost")
        self.assertEqual(self.sent(), 1)
        self.assertEqual(self.rig.call("operation_list").rows[0]["state"], "Unknown")
        self.assertDone(self.failover(wait_seconds=30, request_id=TWO))

    def test_a_fault_of_azure_after_it_took_the_request(self):
        self.rig.fault(on="link.failover", nth=1, action="status", status=500, after_effect=True)
        answer = self.failover(wait_seconds=30)
        self.assertDone(answer)
        self.assertEqual(self.sent(), 1)

    def test_throttled_before_acceptance_is_sent_again_when_azure_allows(self):
        self.rig.fault(on="link.failover", nth=1, action="status", status=429,
                       headers={"Retry-After": "1"})
        self.assertDone(self.failover(wait_seconds=30))
        self.assertEqual([r["status"] for r in self.rig.requests("link.failover")], [429, 202])

    def test_a_refusal_ends_it_with_azures_reason(self):
        self.rig.fault(on="link.failover", nth=1, action="status", status=409,
                       body={"error": {"code": "ScopeLocked", "message": "Busy now."}})
        answer = self.failover()
        self.assertRefused(answer, 50602, "ScopeLocked", "Busy now")
        self.assertEqual(self.rig.call("operation_list").rows[0]["error_code"],
                         "ScopeLocked")


class FailedOperation(OperationCase):
    azure = scenario(link(failover_result={"status": "Failed", "code": "OperationTimedOut",
                                           "message": "The lag is too high."}),
                     timing={"retry_after_seconds": 1})

    def test_azures_failure_is_told_with_what_became_of_the_link(self):
        answer = self.failover(wait_seconds=60, timeout_seconds=90)
        self.assertRefused(answer, 50606, "OperationTimedOut", "The lag is too high")
        row = self.rig.call("operation_list").rows[0]
        self.assertEqual(row["state"], "Failed")
        self.assertIn("not made", row["detail"])


class OneHeader(OperationCase):
    azure = scenario(link(), timing={"lro_headers": "location", "relative_lro_urls": True})

    def test_relative_location_alone(self):
        self.assertDone(self.failover(wait_seconds=30))


class NoHeader(OperationCase):
    azure = scenario(link(), timing={"lro_headers": "none"})

    def test_no_operation_url_at_all(self):
        self.assertDone(self.failover(wait_seconds=30))


class ExpiredRecord(OperationCase):
    azure = scenario(link(), timing={"failover_ms": 2500, "retry_after_seconds": 1})

    def test_a_record_that_azure_has_lost(self):
        for kind in ("lro.async", "lro.location"):
            self.rig.fault(on=kind, nth=0, action="status", status=404)
        answer = self.failover(wait_seconds=60, timeout_seconds=90)
        self.assertDone(answer)
        self.assertEqual(answer.rows[0]["state"], "Succeeded")


class Reads(RigCase):
    def test_a_passing_fault_of_azure_is_ridden_out(self):
        self.rig.fault(on="link.get", nth=1, action="status", status=503)
        self.rig.fault(on="link.get", nth=2, action="cut_before")
        self.assertDone(self.rig.call("link_get", link="sales-link"))

    def test_answers_that_are_none(self):
        for action, number, text in (("html", 50613, "text/html"), ("garbage", 50609, "line"),
                                     ("empty", 50609, "")):
            self.rig.azure("/_sim/reset-faults", {})
            self.rig.fault(on="link.get", nth=0, action=action)
            self.assertRefused(self.rig.call("link_get", link="sales-link", timeout_seconds=20),
                               number, "link sales-link of dr", text)

    def test_a_slow_azure_ends_by_the_callers_time(self):
        self.rig.fault(on="link.get", nth=0, action="delay", delay_ms=20000)
        answer = self.rig.call("link_get", link="sales-link", timeout_seconds=2)
        self.assertRefused(answer, 50606, "link sales-link of dr")
        self.assertLess(answer.elapsed_ms, 3000)

    def test_an_expired_token_is_renewed_once(self):
        self.assertDone(self.rig.call("link_list"))
        self.rig.fault(on="link.list", nth=1, action="status", status=401)
        self.assertDone(self.rig.call("link_list"))
        self.assertEqual(len(self.rig.requests("token")), 2)

    def test_azure_absent(self):
        self.rig.kill(self.rig.sim)
        answer = self.rig.call("link_list", timeout_seconds=10)
        self.assertIn(answer.rc, (50566, 50600))
        self.assertIn("Check network", answer.error_text)


if __name__ == "__main__":
    rig.main()
