#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Databases of the instance, the replay of backups into one, and the operations that the journal keeps."""

import threading

import rig
from rig import SharedRigCase, link, scenario

ALL = ["read", "license", "failover", "forced_failover", "lifecycle", "certificate", "database"]
INFO = {"inaccessibilityReasonErrorCode": "41976", "inaccessibilityReasonDescription": "The link is broken.",
        "inaccessibilityReasonKind": "DatabaseReplication"}
RESTORING = {"status": "Restoring", "last_backup_name": "log_7.trn", "restore": {
    "status": "Restoring", "percentCompleted": 40, "lastUploadedFileName": "log_8.trn", "numberOfFilesDetected": 8,
    "numberOfFilesRestored": 7, "blockReason": "waits for log_9.trn"}}


def configured(rights=None):
    return {"alias": "dr", "subscription_id": rig.SUBSCRIPTION, "resource_group": "rg-dr",
            "managed_instance": "sqlmi-dr", "rights": rights or ALL}


class Databases(SharedRigCase):
    azure = scenario(link(), instance={"databases": [
        {"name": "Lost", "status": "Inaccessible", "extended_accessibility": INFO,
         "creation_date": "2026-01-01T00:00:00Z", "earliest_restore_point": "2026-01-02T00:00:00Z"},
        {"name": "Old", "creation_date": "2026-02-01T00:00:00Z"}, {"name": "O'Brien [x] ß"},
        {"name": "N'y [1]"}, {"name": "Kept"},
        {"name": "Lrs", **RESTORING}, {"name": "Bad", **RESTORING,
                                       "restore_result": {"status": "Failed", "message": "a file is missing"}}]},
        timing={"database_ms": 100, "retry_after_seconds": 1})
    configuration = {"instances": [configured()]}

    def test_list_and_get(self):
        answer = self.rig.call("database_list")
        self.assertDone(answer)
        self.assertEqual(answer.columns, ["name", "status", "created_at", "earliest_restore_point", "accessibility"])
        rows = {row["name"]: row for row in answer.rows}
        self.assertEqual(rows["Lost"], {
            "name": "Lost", "status": "Inaccessible", "created_at": "2026-01-01T00:00:00Z",
            "earliest_restore_point": "2026-01-02T00:00:00Z",
            "accessibility": "DatabaseReplication 41976: The link is broken."})
        self.assertEqual((rows["Kept"]["status"], rows["Kept"]["accessibility"]), ("Online", None))
        for name in ("Lost", "Kept", "N'y [1]", "sales"):
            self.assertEqual(self.rig.call("database_get", database=name).rows, [rows[name]])
        self.assertEqual(self.rig.call("database_get", database="KEPT").rows[0]["name"], "Kept")
        self.assertRefused(self.rig.call("database_get", database="none"), 50601, "none", "dr has no such database")
        names = ("master", "a/b", "x?y", "a.", "..", "a%20b")
        for answer in self.rig.calls("database_get", [{"database": name} for name in names]):
            self.assertRefused(answer, 50554, "@database")

    def test_delete(self):
        detail = self.assertShows("DELETE /subscriptions/", "database_delete", database="Old", confirm="DELETE Old")
        self.assertIn("/databases/Old?api-version=", detail)
        row = self.assertRepeats({"database": "Kept", "confirm": "DELETE Kept"}, "database_delete", database="Old",
                                 confirm="DELETE Old")
        self.assertIn("Database Old", row["detail"])
        self.assertRefused(self.rig.call("database_get", database="Old"), 50601)
        again = self.succeed("database_delete", database="Old", confirm="DELETE Old")
        self.assertIn("nothing was sent", again["detail"])
        self.assertEqual(len(self.rig.writes()), 1)

    def test_delete_with_quotes(self):
        name = "O'Brien [x] ß"
        self.assertRefused(self.rig.call("database_delete", database=name), 50559, r"N'DELETE O''Brien \[x\] ß'")
        self.succeed("database_delete", database=name, confirm="DELETE " + name)
        self.assertNotIn(name, [row["name"] for row in self.rig.call("database_list").rows])

    def test_delete_refused(self):
        for confirm in ({}, {"confirm": "delete Kept"}, {"confirm": "DELETE kept"}, {"confirm": "DELETE Kept "}):
            self.assertRefused(self.rig.call("database_delete", database="Kept", **confirm), 50559, "N'DELETE Kept'")
        self.assertEqual(self.rig.requests(), [])
        refused = self.rig.call("database_delete", database="SALES", confirm="DELETE SALES")
        self.assertRefused(refused, 50581, "in link sales-link of dr", "xp_milink_link_delete")
        self.assertNothingSent()

    def test_restore(self):
        answer = self.rig.call("database_restore_get", database="Lrs")
        self.assertDone(answer)
        row = answer.rows[0]
        self.assertEqual((row["database_name"], row["status"], row["percent_complete"], row["last_uploaded_file"],
                          row["files_detected"], row["files_restored"], row["block_reason"]),
                         ("Lrs", "Restoring", 40, "log_8.trn", 8, 7, "waits for log_9.trn"))
        wrong = self.rig.call("database_restore_complete", database="Lrs", last_backup_name="log_6.trn",
                              wait_seconds=60)
        self.assertRefused(wrong, wrong.rc, "Lrs", "log_6.trn|backup")
        self.rig.azure("/_sim/reset-log", {})
        detail = self.assertShows("POST /subscriptions/", "database_restore_complete", database="Lrs",
                                  last_backup_name="log_7.trn")
        self.assertIn('/databases/Lrs/completeRestore?api-version=2025-01-01 {"lastBackupName":"log_7.trn"}', detail)
        self.assertRepeats({"last_backup_name": "log_6.trn"}, "database_restore_complete", database="Lrs",
                           last_backup_name="log_7.trn")
        self.assertEqual([r["body"] for r in self.rig.writes()], [{"lastBackupName": "log_7.trn"}])
        self.assertEqual(self.rig.call("database_get", database="Lrs").rows[0]["status"], "Online")

    def test_restore_refused(self):
        self.assertRefused(self.rig.call("database_restore_get", database="Kept"), 50601, "no backups")
        self.assertRefused(self.rig.call("database_restore_get", database="none"), 50601)
        complete = {"last_backup_name": "log_7.trn"}
        self.assertRefused(self.rig.call("database_restore_complete", database="Lost", **complete), 50586,
                           "is Inaccessible")
        self.assertIn("Online already; nothing was sent",
                      self.succeed("database_restore_complete", database="Kept", **complete)["detail"])
        self.assertRefused(self.rig.call("database_restore_complete", database="none", **complete), 50601)
        self.assertRefused(self.rig.call("database_restore_complete", database="Bad"), 50553, "@last_backup_name")
        self.assertNothingSent()

    def test_restore_fails(self):
        answer = self.rig.call("database_restore_complete", database="Bad", last_backup_name="log_7.trn",
                               wait_seconds=60)
        self.assertRefused(answer, answer.rc, "database Bad of dr", "a file is missing")
        self.assertEqual(self.rig.call("database_get", database="Bad").rows[0]["status"], "Restoring")


class Rights(SharedRigCase):
    azure = scenario(link(), instance={"databases": [{"name": "Kept"}]})
    configuration = {"instances": [configured(["read"])]}

    def test_reading_is_no_writing(self):
        for name, more in (("database_delete", {"database": "Kept", "confirm": "DELETE Kept"}),
                           ("database_restore_complete", {"database": "Kept", "last_backup_name": "x"})):
            self.assertRefused(self.rig.call(name, **more), 50558, "needs the right database; granted: read")
        for name, more, right in (
                ("link_delete", {"link": "sales-link", "confirm": "DELETE sales-link"}, "lifecycle"),
                ("link_update", {"link": "sales-link", "replication_mode": "Sync"}, "lifecycle"),
                ("certificate_delete", {"name": "x"}, "certificate"),
                ("certificate_put", {"name": "x", "public_key": b"0"}, "certificate"),
                ("link_failover", {"link": "sales-link", "failover_type": "Planned"}, "failover"),
                ("license_set", {"license_type": "BasePrice"}, "license")):
            self.assertRefused(self.rig.call(name, **more), 50558, "needs the right " + right)
        self.assertEqual(self.rig.requests(), [])
        refusals = self.rig.verb("audit", "export").stdout.decode()
        self.assertEqual(refusals.count('"event":"refused"'), 8)
        self.assertEqual(self.rig.call("operation_list").rows, [])


class Operations(SharedRigCase):
    azure = scenario(link(), link("hr-link", instance_ag="HrMi", partner_ag="HrBox", databases=[{"name": "hr"}]),
                     instance={"databases": [{"name": "one"}, {"name": "two"}]},
                     timing={"database_ms": 100, "license_ms": 100, "retry_after_seconds": 1})
    configuration = {"instances": [configured()]}

    def test_list(self):
        first = self.succeed("database_delete", database="one", confirm="DELETE one", reason="drill")
        second = self.succeed("license_set", license_type="BasePrice")
        self.rig.fault(on="database.delete", action="status", status=409, body={"error": {
            "code": "OperationCanNotStartDueToMiLink", "message": "in a link"}})
        refused = self.rig.call("database_delete", database="two", confirm="DELETE two", wait_seconds=60)
        self.assertNotEqual(refused.rc, 0)

        rows = self.rig.call("operation_list").rows
        self.assertEqual([row["started_at"] for row in rows], sorted((row["started_at"] for row in rows), reverse=True))
        self.assertIn(first, rows)
        self.assertIn(second, rows)
        failed = self.rig.call("operation_list", state="failed").rows
        self.assertEqual([(row["procedure_name"], row["state"], row["error_code"]) for row in failed],
                         [("xp_milink_database_delete", "Failed", "OperationCanNotStartDueToMiLink")])
        self.assertEqual(self.rig.call("operation_list", instance="DR").rows, rows)
        self.assertEqual(self.rig.call("operation_list", since=rows[0]["started_at"]).rows, rows[:1])
        self.assertEqual(self.rig.call("operation_list", since="2999-01-01").rows, [])
        self.assertRefused(self.rig.call("operation_list", instance="prod"), 50556)
        self.assertRefused(self.rig.call("operation_list", state="Done"), 50554, "Accepted, Running")
        self.assertEqual(self.rig.operation(first["operation_id"].upper()), first)

    def test_get_waits_for_a_change(self):
        self.rig.azure("/_sim/timing", {"failover_ms": 3000})
        row = self.rig.call("link_failover", link="hr-link", failover_type="Planned").rows[0]
        self.rig.azure("/_sim/timing", {"failover_ms": 400})
        while row["state"] == "Running":
            answer = self.rig.call("operation_get", operation_id=row["operation_id"], wait_seconds=30)
            self.assertDone(answer)
            self.assertNotEqual((answer.rows[0]["state"], answer.rows[0]["percent_complete"]),
                                (row["state"], row["percent_complete"]), "it returned without a change")
            row = answer.rows[0]
        self.assertEqual((row["state"], row["percent_complete"]), ("Succeeded", 100))
        # At the end there is nothing to wait for: it returns at once, or with its time.
        self.assertEqual(self.rig.call("operation_get", operation_id=row["operation_id"], wait_seconds=1).rows[0], row)

    def test_two_at_once_on_one_resource(self):
        self.rig.azure("/_sim/timing", {"failover_ms": 5000})
        row = self.rig.call("link_failover", link="sales-link", failover_type="Planned").rows[0]
        refused = self.rig.call("link_set_role", link="sales-link", role="Secondary", change_type="Planned")
        self.assertRefused(refused, 50562, row["operation_id"])
        # The same request of another session meets the one operation.
        answers = []
        threads = [threading.Thread(target=lambda: answers.append(self.rig.call(
            "link_failover", link="sales-link", failover_type="Planned", request_id=row["request_id"],
            wait_seconds=60))) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(90)
        self.rig.azure("/_sim/timing", {"failover_ms": 400})
        self.assertEqual([(a.rc, a.rows[0]["operation_id"], a.rows[0]["state"]) for a in answers],
                         [(0, row["operation_id"], "Succeeded")] * 2)
        self.assertEqual(len(self.rig.requests("link.failover")), 1)


if __name__ == "__main__":
    rig.main()
