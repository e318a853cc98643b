#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""kill -9 of the agent at every step of an operation: nothing is lost, nothing is sent twice, and it ends as it
should."""

import ctypes
import json
import os
import struct
import threading
import time
import uuid

import rig
import writes
from rig import RigCase, scenario, wait_for
from writes import WRITES

STEPS = 9  # more requests than any of the writes makes before its end is known
HELD_MS = 60000  # longer than the agent that is killed meanwhile could wait
IN_MODIFY = 2


def thing_of(alias):
    return alias.replace("-", "_")


def subscription_of(number):
    return f"{number:08d}-1111-4000-8000-000000000000"


class Run:
    """One write on an instance of its own, in a thread of its own."""

    def __init__(self, rig_, write, alias):
        self.rig, self.write, self.alias, self.name = rig_, write, alias, thing_of(alias)
        self.request_id = str(uuid.uuid4())
        self.call = write.statement(self.name, alias, self.request_id)
        self.answer = self.again = self.row = self.sent = None
        self.thread = threading.Thread(target=self.execute)

    def execute(self):
        """What the caller is told when its agent dies is not of interest here: that it is told is."""
        self.answer = self.rig.execute(f"EXEC {self.call};", timeout=240)

    def repeat(self):
        self.again = self.rig.execute(f"EXEC {self.call};", timeout=240)


class CrashCase(RigCase):
    azure = None
    names = ()  # of the writes

    @property
    def writes(self):
        return [write for write in WRITES if write.name in self.names]

    def start(self, places, timing):
        """places: (write, alias) of an instance each."""
        model = scenario(timing=timing)
        model["instances"] = [writes.instance(write, alias, subscription_of(n), [thing_of(alias)])
                              for n, (write, alias) in enumerate(places)]
        self.subscriptions = {alias: subscription_of(n) for n, (_, alias) in enumerate(places)}
        self.instances = [writes.configured(alias, self.subscriptions[alias]) for _, alias in places]
        self.rig.start_azure(model)
        self.rig.start_agent(instances=self.instances)

    def restart(self):
        self.rig.kill_agent()
        self.rig.start_agent(instances=self.instances)

    def wait_all_ended(self):
        wait_for(lambda: self.rig.call("version").rows[0]["open_operations"] == 0, "all operations have ended", 120)

    def sent_by_operation(self):
        sent = {}
        for line in self.rig.text("traffic.jsonl").splitlines():
            record = json.loads(line)
            if record["method"] != "GET" and record["kind"] != "token" and not record["path"].startswith("/_sim"):
                sent.setdefault(record["correlation_id"], []).append(record)
        return sent

    def collect(self, runs):
        """What the journal holds of each, then what the same request is answered with."""
        self.wait_all_ended()
        rows = {row["request_id"]: row for row in self.rig.call("operation_list").rows}
        for run in runs:
            run.thread.join()
            run.row = rows.get(run.request_id)
        repeats = [threading.Thread(target=run.repeat) for run in runs]
        for repeat in repeats:
            repeat.start()
        for repeat in repeats:
            repeat.join()
        self.wait_all_ended()
        state = writes.state_of(self.rig, {run.alias: run.write for run in runs})
        # What it still holds is written down when it stops.
        self.rig.sim.terminate()
        self.rig.sim.wait(60)
        sent = self.sent_by_operation()
        for run in runs:
            operation = run.row or (run.again.rows[0] if run.again.rows else None)
            run.sent = sent.pop(operation["operation_id"], []) if operation else []
            run.changed = run.write.changed(state[run.alias], run.name)
        self.assertEqual(list(sent), [], "sent by an operation that the journal has lost")

    def judge(self, run):
        """What is wrong; None when nothing is."""
        if len(run.sent) > 1:
            return f"sent {len(run.sent)} times"
        if run.row is None:  # it died before it promised anything: the same request is a new one
            return None if run.again.rc == 0 and run.changed else f"the next call: {run.again.error_text}"
        if run.again.rc == 0 and run.again.rows[0]["operation_id"] != run.row["operation_id"]:
            return "the same request_id gave another operation"
        state, arrived = run.row["state"], bool(run.sent) and run.sent[0]["status"] != 0
        if arrived != run.changed:
            return f"the test is wrong: arrived {arrived}, changed {run.changed}"
        if run.changed:
            return None if state == "Succeeded" else f"{state}, and yet it is done: {run.row['error_message']}"
        if (state, run.row["error_number"]) not in (("Unknown", 50608), ("Failed", 50573)):
            return f"{state} {run.row['error_number']}, and nothing was done: {run.row['error_message']}"
        return None

    def check(self, runs):
        self.collect(runs)
        wrong = [f"{run.alias}: {problem}" for run in runs if (problem := self.judge(run))]
        told = "\n".join(f"{run.alias}: {run.row['state'] if run.row else 'not journalled'}, "
                         f"sent {len(run.sent)}, changed {run.changed}" for run in runs)
        self.assertEqual(wrong, [], "\n" + "\n".join(wrong) + "\n\n" + told)
        return told


class Requests(CrashCase):
    """Azure holds the n-th request of each write, before it takes effect or after it; then the agent dies."""

    def places(self, step):
        return [(write, f"{write.name.replace(' ', '-')}-{when}-{step}", when)
                for write in self.writes for when in ("before", "after")]

    def sweep(self):
        self.start([place[:2] for step in range(1, STEPS + 1) for place in self.places(step)], writes.times(700))
        runs, killed, step = [], True, 0
        while killed:
            step += 1
            self.assertLessEqual(step, STEPS, "more requests than the test has instances for")
            begun = []
            for write, alias, when in self.places(step):
                self.rig.fault(on="any", nth=step, path=self.subscriptions[alias], delay_ms=HELD_MS,
                               action="delay" if when == "after" else "cut_before")
                begun.append(Run(self.rig, write, alias))
                begun[-1].thread.start()
            killed = self.kill_when_held(begun, step)
            runs += begun
        self.check(runs)

    def kill_when_held(self, begun, step):
        """False: all of them ended before their n-th request; nothing was killed."""
        def is_held(run):
            return sum(self.subscriptions[run.alias] in path for path in paths) >= step

        def settled():
            paths[:] = [r["path"] for r in self.rig.requests()]
            return all(is_held(run) or not run.thread.is_alive() for run in begun)

        paths = []
        wait_for(settled, f"request {step} of each is held", 60)
        if not any(is_held(run) for run in begun):
            return False
        self.restart()
        self.rig.azure("/_sim/reset-log", {})
        return True


class Failovers(Requests):
    names = ("planned failover", "link create", "licence change")

    def test_killed_at_every_request(self):
        self.sweep()


class RoleChanges(Requests):
    names = ("one-way failover", "set role", "restore complete")

    def test_killed_at_every_request(self):
        self.sweep()


class Deletions(Requests):
    names = ("link delete", "certificate put", "link update")

    def test_killed_at_every_request(self):
        self.sweep()


class JournalWatch:
    """Tells of each write to the journal's log, as Linux reports it (inotify)."""

    def __init__(self, path):
        self.libc = ctypes.CDLL(None, use_errno=True)
        self.file = self.libc.inotify_init1(0)
        if self.file < 0 or self.libc.inotify_add_watch(self.file, os.fsencode(path), IN_MODIFY) < 0:
            raise OSError(ctypes.get_errno(), "inotify")
        self.writes = 0

    def wait(self, number):
        """Until so many were seen. It ends with the watch, too."""
        while self.writes < number:
            data = os.read(self.file, 4096)
            self.writes += len(data) // struct.calcsize("iIII")


class Moments(CrashCase):
    """Between requests: behind each write to the journal, and at moments that no event marks."""
    names = ("planned failover", "link create", "licence change")
    KILLS = 32

    def start_moments(self):
        self.start([(write, alias) for number in range(self.KILLS) for write, alias in self.places(number)],
                   writes.times(100))

    def places(self, number):
        return [(write, f"{write.name.replace(' ', '-')}-{number}") for write in self.writes]

    def begin(self, number):
        """One of each, at the same time, on instances that no other kill has touched."""
        runs = [Run(self.rig, write, alias) for write, alias in self.places(number)]
        for run in runs:
            run.thread.start()
        return runs

    def begin_and_watch(self, number, wanted):
        """Begins, and returns at so many writes to the journal, or when all have ended."""
        watch = JournalWatch(os.path.join(self.rig.folder, "state", "journal.db-wal"))
        runs = self.begin(number)
        watcher = threading.Thread(target=watch.wait, args=(wanted,), daemon=True)
        watcher.start()
        while watcher.is_alive() and any(run.thread.is_alive() for run in runs):
            watcher.join(0.0005)
        return runs

    def test_behind_every_write_to_the_journal(self):
        self.start_moments()
        runs = []
        for number in range(self.KILLS):
            runs += self.begin_and_watch(number, number + 1)
            self.restart()
        self.check(runs)

    def test_every_two_milliseconds(self):
        self.start_moments()
        runs = []
        for number in range(self.KILLS):
            runs += self.begin_and_watch(number, 1)
            time.sleep(number * 0.002)  # the moment is what is varied
            self.restart()
        self.check(runs)


if __name__ == "__main__":
    rig.main()
