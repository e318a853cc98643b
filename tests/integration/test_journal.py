#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A journal of ten thousand operations: listed, found, added to, taken up, and freed of what is old."""

import json
import os
import sqlite3
import time
import uuid

import rig
from rig import RigCase, link, scenario, wait_for

MANY = 10000  # as many as an answer has rows (WIRE_MAX_ROWS)
OLD, OPEN = 40, 12
DAY_MS = 24 * 3600 * 1000


class Journal(RigCase):
    azure = scenario(link("sales-link"), *[link(f"open-{n}", "Secondary", partner_role="Primary") for n in range(OPEN)],
                     timing={"retry_after_seconds": 1})
    configuration = {"journal": {"days": 30}}

    def failover(self, name="sales-link", **more):
        return self.rig.call("link_failover", link=name, failover_type="Planned", wait_seconds=30, **more)

    def fill(self, row):
        """Copies the row: old ones, recent ones of which every tenth failed, and open ones, whose links Azure shows
        as they were to become."""
        path = os.path.join(self.rig.folder, "state", "journal.db")
        db = sqlite3.connect(path)
        names = [column[1] for column in db.execute("PRAGMA table_info(operation)")]
        model = dict(zip(names, db.execute("SELECT * FROM operation WHERE id = ?", (row["operation_id"],)).fetchone()))
        self.assertEqual(model["ended_ms"] > 0, True)
        rows, now = [], int(time.time() * 1000)
        for number in range(OLD + MANY + OPEN):
            copy = dict(model, id=str(uuid.uuid4()), request_id=str(uuid.uuid4()))
            age = 31 * DAY_MS if number < OLD else (MANY + OLD - number) * 100 + DAY_MS
            if number >= OLD + MANY:
                name = f"open-{number - OLD - MANY}"
                copy.update({key: copy[key].replace("sales-link", name) for key in
                             ("link", "resource", "path", "watched")})
                copy.update(state=1, phase=3, ended_ms=0, percent=-1, give_up_ms=now + 1800000, async_url="",
                            location_url="", detail="")
                age = now - model["started_ms"] - 1  # newer than all others
            elif number % 10 == 0:
                copy.update(state=3, error_number=50606, error_code="OperationTimedOut", error_message="Too late.")
            copy["started_ms"] = now - age
            copy["ended_ms"] = copy["ended_ms"] and now - age + 500
            rows.append(copy)
        marks = ", ".join("?" * len(names))
        db.executemany(f"INSERT INTO operation ({', '.join(names)}) VALUES ({marks})",
                       [[copy[name] for name in names] for copy in rows])
        db.commit()
        db.close()
        return rows

    def test_ten_thousand_operations(self):
        real = self.failover().rows[0]
        self.rig.kill_agent()
        rows = self.fill(real)
        self.rig.start_agent(**self.configuration)
        old, ended, begun = rows[:OLD], rows[OLD:OLD + MANY], rows[OLD + MANY:]

        # The open ones are taken up; Azure shows what they wanted.
        for copy in begun:
            row = self.rig.wait_operation(copy["id"], "Succeeded")
            self.assertEqual(row["request_id"], copy["request_id"])
        # The list: the newest that one answer holds, newest first.
        listed = self.rig.agent_call("--json", "operation_list", "@timeout_seconds=120", timeout=300)
        self.assertEqual(listed.returncode, 0, listed.stderr)
        listed = [json.loads(line) for line in listed.stdout.splitlines()]
        self.assertEqual(len(listed), MANY)
        times = [row["started_at"] for row in listed]
        self.assertEqual(times, sorted(times, reverse=True))
        self.assertEqual({row["operation_id"] for row in listed[:OPEN]}, {copy["id"] for copy in begun})
        self.assertEqual(listed[OPEN]["operation_id"], real["operation_id"])
        failed = self.rig.call("operation_list", state="Failed", timeout_seconds=120).rows
        self.assertEqual({row["operation_id"] for row in failed},
                         {copy["id"] for copy in old + ended if copy["state"] == 3})
        since = self.rig.call("operation_list", since=times[100]).rows
        self.assertEqual([row["operation_id"] for row in since], [row["operation_id"] for row in listed[:101]])
        # One by one, and by the request.
        for copy in (ended[0], ended[MANY // 2 + 1], ended[-1], begun[0]):
            self.assertEqual(self.rig.operation(copy["id"].upper())["request_id"], copy["request_id"])
        again = self.failover(request_id=ended[1]["request_id"])
        self.assertDone(again)
        self.assertEqual(again.rows[0]["operation_id"], ended[1]["id"])
        self.assertEqual(len(self.rig.requests("link.failover")), 1)
        # A new one.
        new = self.rig.call("link_set_role", link="sales-link", role="Primary", change_type="Forced",
                            confirm="LOSE DATA ON sales-link", wait_seconds=30)
        self.assertDone(new)
        self.assertEqual(self.rig.call("operation_list", since=new.rows[0]["started_at"]).rows[0]["operation_id"],
                         new.rows[0]["operation_id"])
        self.retain(old, ended)

    def retain(self, old, ended):
        """A minute after the start the agent begins to remove what is older than it is to keep."""
        gone = "there is no such operation"
        wait_for(lambda: all(self.rig.call("operation_get", operation_id=copy["id"]).rc == 50561
                             for copy in (old[0], old[-1])), gone, 120)
        for copy in (ended[0], ended[-1]):
            self.assertDone(self.rig.call("operation_get", operation_id=copy["id"]))
        self.rig.kill_agent()
        db = sqlite3.connect(os.path.join(self.rig.folder, "state", "journal.db"))
        self.assertEqual(db.execute("SELECT count(*) FROM operation").fetchone()[0], MANY + OPEN + 2)
        self.assertEqual(db.execute("PRAGMA integrity_check").fetchone()[0], "ok")
        db.close()


if __name__ == "__main__":
    rig.main()
