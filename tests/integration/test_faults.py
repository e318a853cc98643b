#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Every fault at every step of every write: nothing is sent twice, and what the caller is told, what the journal
holds and what became of Azure's model agree."""

import collections
import contextlib
import json
import queue
import threading
import uuid

import rig
import writes
from rig import RigCase, scenario
from writes import WRITES

SLOTS = 8  # of each write: instances of its own, on which one case runs after the other
WATCHED = 45  # seconds, once the call has waited a minute: five polls of 15 s may tell nothing
CASES = 30  # at most on one of them



# Faults ---------------------------------------------------------------------------------------------------------

def status(number, code=None, **more):
    body = {"body": {"error": {"code": code, "message": "As the test wants it."}}} if code else {}
    return {"action": "status", "status": number, **body, **more}


# What is met again passes: a read is repeated, a poll comes again.
PASSING = {
    "cut before": {"action": "cut_before"},
    "cut after": {"action": "cut_after"},
    "429": status(429, retry_after=1),
    "503": status(503),
    "500": status(500),
    "truncated": {"action": "truncate"},
    "dripping": {"action": "drip", "delay_ms": 1},
    "401": status(401),
}
NO_ANSWER = {
    "html": {"action": "html"},
    "html 404": {"action": "html", "status": 404},
    "garbage": {"action": "garbage"},
    "empty": {"action": "empty"},
}
READ = {**PASSING, **NO_ANSWER}
GUARD = {**READ,
         "500 for good": status(500, count=4),
         "cut for good": {"action": "cut_before", "count": 4},
         "403": status(403, "AuthorizationFailed")}
POLL = {**READ,
        "record lost": status(404, count=99),
        "403 for good": status(403, "AuthorizationFailed", count=99),
        "html for good": {"action": "html", "count": 99},
        "unknown word": status(200, body={"status": "Pondering"}),
        "done too early": status(200, body={"status": "Succeeded"}),
        "said to have failed": status(200, body={"status": "Failed", "error": {
            "code": "OperationTimedOut", "message": "The lag is too high."}})}
SEND = {
    **PASSING,
    "500 after": status(500, after_effect=True),
    "503 of a proxy": status(503, body="busy"),
    "html": {"action": "html"},
    "html after": {"action": "html", "after_effect": True},
    "garbage after": {"action": "garbage", "after_effect": True},
    "empty after": {"action": "empty", "after_effect": True},
    "403": status(403, "AuthorizationFailed"),
    "408": status(408),
    "busy": status(409, "ManagedInstanceIsBusy"),
    "late": {"action": "delay", "delay_ms": 22000},
}
UNSENT = {"429", "503", "401", "busy"}  # Azure surely did not take it
LOST = {"cut before", "500", "503 of a proxy", "html", "408"}  # it did not, and nobody can know
WITHOUT_EFFECT = UNSENT | LOST | {"403"}


class Case:
    """A write, the step at which it is disturbed (a kind of request, and the how-manieth of it), and the fault."""

    def __init__(self, write, step, fault, how):
        self.write, self.step, self.fault, self.how = write, step, fault, how
        self.request_id = str(uuid.uuid4())
        self.name = self.slot = self.first = self.row = self.again = self.problem = None

    @property
    def label(self):
        return f"{self.write.name}, {self.step[0]} {self.step[1]}, {self.fault}"

    def disturbs_sending(self):
        return self.step[0] == self.write.kind


FEWER = {"cut after", "500", "truncated", "401", "html", "garbage", "record lost", "html for good", "unknown word",
         "done too early", "said to have failed"}


def faults_for(write, kind, is_guard):
    if kind == write.kind:
        return SEND
    faults = POLL if kind.startswith("lro.") else GUARD if is_guard else READ
    return faults if write.whole else {name: faults[name] for name in faults if name in FEWER}


# The sweep ------------------------------------------------------------------------------------------------------

def alias_of(write, slot):
    return f"{write.name.replace(' ', '-')}-{slot}"


def subscription_of(write, slot):
    return f"{WRITES.index(write):08d}-{slot:04d}-4000-8000-000000000000"


def thing_of(write, slot, number):
    return f"x{WRITES.index(write)}_{slot}_{number}"


class FaultCase(RigCase):
    azure = None
    names = ()  # of the writes

    def setUp(self):
        super().setUp()
        self.writes = [write for write in WRITES if write.name in self.names]
        self.slots = [(write, slot) for write in self.writes for slot in range(SLOTS)]
        model = scenario(timing=writes.times(700))
        model["instances"] = [writes.instance(write, alias_of(write, slot), subscription_of(write, slot),
                                              [thing_of(write, slot, number) for number in range(CASES)])
                              for write, slot in self.slots]
        # Two new tokens refused in a row are the end of all tokens for a while: one 401 at a time.
        self.refusing = threading.Lock()
        self.rig.start_azure(model)
        self.rig.start_agent(instances=[writes.configured(alias_of(write, slot), subscription_of(write, slot))
                                        for write, slot in self.slots])

    # One case -------------------------------------------------------------------------------------------------

    def run_case(self, case, slot, number):
        """The write under its fault, its row in the journal, and the same request once more."""
        write, path = case.write, subscription_of(case.write, slot)
        case.slot, case.name = slot, thing_of(write, slot, number)
        if write.kind == "instance.update":
            self.rig.azure(f"/_sim/instance/{alias_of(write, slot)}", {"hybrid_secondary_usage": "Active"})
        if case.how:
            self.rig.fault(on=case.step[0], nth=case.step[1], path=path, **case.how)
        call = write.statement(case.name, alias_of(write, slot), case.request_id)
        answers = [rig.Answer(o) for o in self.rig.script(
            f"DECLARE @op nvarchar(36);\nEXEC {call}, @operation_id = @op OUTPUT;\n"
            f"EXEC xp_milink_operation_get @operation_id = @op, @wait_seconds = {WATCHED}, @timeout_seconds = 90;\n"
            f"EXEC {call};\n", timeout=300) if "rc" in o]
        case.first, case.row, case.again = answers[0], answers[1].rows[0] if answers[1].rows else None, answers[2]
        if write.kind == "instance.update":
            case.state = writes.state_of(self.rig, {})[alias_of(write, slot)]
        self.rig.azure(f"/_sim/reset-faults?path={path}", {})

    def run_cases(self, cases):
        """Each write has a queue of cases and several instances that take from it."""
        def work(waiting, slot, numbers):
            for number in numbers:
                try:
                    case = waiting.get_nowait()
                except queue.Empty:
                    return
                try:
                    with self.refusing if case.fault == "401" else contextlib.nullcontext():
                        self.run_case(case, slot, number)
                except Exception as problem:  # pylint: disable=broad-except
                    case.problem = f"{type(problem).__name__}: {problem}"

        threads = []
        for write in self.writes:
            waiting = queue.Queue()
            for case in cases:
                if case.write is write:
                    waiting.put(case)
            # The first thing of the first instance is the undisturbed run's.
            threads += [threading.Thread(target=work, args=(waiting, slot, range(1, CASES))) for slot in range(SLOTS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    # What came of it ------------------------------------------------------------------------------------------

    def read_traffic(self):
        records = [json.loads(line) for line in self.rig.text("traffic.jsonl").splitlines()]
        return [r for r in records if not r["path"].startswith("/_sim")]

    def plan(self):
        """Each write once without a fault: which requests it makes is what there is to be disturbed."""
        whole = [Case(write, ("none", 0), "nothing", {}) for write in self.writes]
        threads = [threading.Thread(target=self.run_case, args=(case, 0, 0)) for case in whole]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        traffic, cases = self.read_traffic(), []
        for case in whole:
            self.assertDone(case.first)
            self.assertEqual(case.row["state"], "Succeeded", case.label)
            kinds = [r["kind"] for r in traffic if subscription_of(case.write, 0) in r["path"]]
            self.assertIn(case.write.kind, kinds)
            sent_at, seen = kinds.index(case.write.kind), collections.Counter()
            for at, kind in enumerate(kinds):
                seen[kind] += 1
                guards = kinds[:sent_at].count(kind)
                if seen[kind] <= (max(guards, 1) if at < sent_at else guards + 1 + case.write.whole):
                    cases += [Case(case.write, (kind, seen[kind]), fault, how)
                              for fault, how in faults_for(case.write, kind, at < sent_at).items()]
        return cases

    def judge(self, case, sent, state):
        """What is wrong with a case; None when nothing is."""
        if case.problem:
            return case.problem
        row, effects = case.row, [r for r in sent if self.took_effect(case, r)]
        changed = case.write.changed(state, case.name)
        if case.write.post:
            refused = [r for r in sent[:-1] if r["status"] not in (401, 409, 429, 503) or self.took_effect(case, r)]
            if refused or len(effects) > 1:
                return f"sent {len(sent)} times: {[r['status'] for r in sent]}"
        if row is None:
            return self.judge_refused(case, sent)
        if row["ended_at"] is None:
            return f"left open: {row['state']}"
        if case.again.rc == 0 and case.again.rows[0]["operation_id"] != row["operation_id"]:
            return "the same request_id gave another operation"
        if case.again.rc != case.first.rc:
            return f"first {case.first.rc}, then {case.again.rc}"
        if (row["state"] == "Succeeded") != (case.first.rc == 0):
            return f"told {case.first.rc}, journalled {row['state']}"
        if bool(effects) != changed:
            return f"the test is wrong: {len(effects)} effects, changed {changed}"
        return self.judge_end(case, row, bool(effects))

    @staticmethod
    def took_effect(case, record):
        if record["fault"] is not None and case.disturbs_sending():
            return case.fault not in WITHOUT_EFFECT
        return record["status"] is not None and 200 <= record["status"] < 300

    @staticmethod
    def judge_refused(case, sent):
        """Refused before there was an operation: nothing was sent, and the next call is a new one."""
        if case.first.rc == 0:
            return "no operation and no error"
        if case.disturbs_sending() or case.fault in PASSING:
            return f"refused: {case.first.error_text}"
        if case.again.rc != 0 or case.again.rows[0]["state"] != "Succeeded":
            return f"the next call: {case.again.error_text or case.again.rows}"
        if len(sent) != 1:
            return f"sent {len(sent)} times"
        return None

    @staticmethod
    def judge_end(case, row, changed):
        state, number = row["state"], row["error_number"]
        if case.fault == "said to have failed":
            # The resource may have shown the change before the record was asked.
            detail = row["detail"] or ""
            told = "do not repeat it" in detail or "A part of the link is there" in detail
            if state != "Succeeded" and (state != "Failed" or told != changed):
                return f"{state}, changed {changed}: {detail}"
        elif changed:
            if state != "Succeeded":
                return f"{state} {number}, and yet it is done: {row['error_message']}"
        elif case.disturbs_sending() and case.fault in LOST:
            if (state, number) != ("Unknown", 50608):
                return f"{state} {number} where the answer was lost: {row['error_message']}"
        elif case.disturbs_sending() and case.fault == "403":
            if (state, row["error_code"]) != ("Failed", "AuthorizationFailed"):
                return f"{state} {number} where Azure refused: {row['error_message']}"
        else:
            return f"{state} {number}, and nothing was done: {row['error_message']}"
        return None

    def tell(self, cases):
        """The matrix: a line a write and step, what each fault came to."""
        lines = collections.defaultdict(list)
        for case in cases:
            end = case.row["state"] if case.row else "refused" if case.first else "?"
            lines[f"{case.write.name}, {case.step[0]} {case.step[1]}"].append(
                f"{case.fault}: {end}{' WRONG' if case.problem else ''}")
        return "\n".join(f"{step}: {', '.join(ends)}" for step, ends in lines.items())


    def sweep(self):
        cases = self.plan()
        self.run_cases(cases)
        by_operation = collections.defaultdict(list)
        for record in self.read_traffic():
            if record["method"] != "GET":
                by_operation[record["correlation_id"]].append(record)
        state = writes.state_of(self.rig, {alias_of(write, slot): write for write, slot in self.slots})
        wrong = []
        for case in cases:
            row = case.row or (case.again.rows[0] if case.again and case.again.rows else None)
            sent = by_operation[row["operation_id"]] if row else []
            here = getattr(case, "state", None) or state.get(alias_of(case.write, case.slot or 0))
            case.problem = self.judge(case, sent, here)
            if case.problem:
                wrong.append(f"{case.label}: {case.problem}")
        self.assertEqual(wrong, [], "\n" + "\n".join(wrong) + "\n\n" + self.tell(cases))
        left = [row for state in ("Accepted", "Running") for row in self.rig.call("operation_list", state=state).rows]
        self.assertEqual(left, [], "left open")


class Roles(FaultCase):
    names = ("planned failover", "forced failover", "one-way failover", "set role")

    def test_every_fault_at_every_step(self):
        self.sweep()


class Links(FaultCase):
    names = ("link create", "link update", "link delete")

    def test_every_fault_at_every_step(self):
        self.sweep()


class Rest(FaultCase):
    names = ("licence change", "certificate put", "database delete", "restore complete")

    def test_every_fault_at_every_step(self):
        self.sweep()


if __name__ == "__main__":
    rig.main()
