#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Every procedure as a DBA calls it: rows, outputs, messages, return codes, and what reached Azure."""

import unittest

import rig
from rig import RigCase, link, scenario

GUID = r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"
LINK_COLUMNS = [
    "link", "database_name", "instance_role", "partner_role", "replication_mode", "failover_mode",
    "seeding_mode", "link_mode", "replica_state", "health", "connected_state", "seeding_progress",
    "last_sent_lsn", "last_sent_time", "last_received_lsn", "last_received_time",
    "last_hardened_lsn", "last_hardened_time", "last_commit_lsn", "last_commit_time",
    "last_backup_lsn", "last_backup_time", "send_lag_seconds", "redo_lag_seconds",
    "partner_endpoint", "partner_ag", "instance_ag", "certificate_name", "certificate_expires_at",
    "most_recent_error", "link_id"]
OPERATION_COLUMNS = [
    "operation_id", "request_id", "procedure_name", "instance", "link", "state",
    "percent_complete", "started_at", "ended_at", "error_number", "error_code", "error_message",
    "arm_request_id", "arm_correlation_id", "detail"]


class Service(RigCase):
    def test_version_names_both_sides(self):
        answer = self.rig.call("version")
        self.assertDone(answer)
        row = answer.rows[0]
        self.assertEqual(row["dll_version"], row["agent_version"])
        self.assertEqual((row["protocol"], row["cloud"], row["instances"], row["open_operations"]),
                         (1, "custom", 1, 0))
        self.assertRegex(row["agent_started_at"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")

    def test_help_lists_every_procedure_and_every_parameter(self):
        names = [row["procedure_name"] for row in self.rig.call("help").rows]
        self.assertEqual(len(names), len(set(names)))
        self.assertIn("xp_milink_link_failover", names)
        for name in names:
            rows = self.rig.call("help", procedure=name).rows
            parameters = [row["parameter_name"] for row in rows]
            self.assertEqual(parameters[-7:], ["@quiet", "@timeout_seconds", "@error_number",
                                               "@error_code", "@error_message", "@caller",
                                               "@session_id"], name)
            self.assertTrue(all(row["description"] for row in rows), name)

    def test_instance_list_shows_what_is_granted(self):
        answer = self.rig.call("instance_list")
        self.assertEqual(answer.rows, [{
            "alias": "dr", "subscription_id": rig.SUBSCRIPTION, "resource_group": "rg-dr",
            "managed_instance": "sqlmi-dr", "rights": "read, license, failover, forced_failover",
            "cloud": "custom"}])


class Links(RigCase):
    azure = scenario(link(), link("hr-link", "Secondary",
                                  databases=[{"name": "hr"}, {"name": "payroll"}],
                                  most_recent_error="Link down: 41986"))

    def test_link_get_is_a_row_a_database(self):
        answer = self.rig.call("link_get", link="sales-link")
        self.assertDone(answer)
        self.assertEqual(answer.columns, LINK_COLUMNS)
        self.assertEqual(len(answer.rows), 1)
        row = answer.rows[0]
        self.assertEqual((row["link"], row["database_name"], row["instance_role"],
                          row["partner_role"], row["health"], row["connected_state"]),
                         ("sales-link", "sales", "Primary", "Secondary", "HEALTHY", "CONNECTED"))
        self.assertRegex(row["last_hardened_lsn"], r"^\d{17,}$")
        self.assertIsInstance(row["send_lag_seconds"], int)
        self.assertIsNone(row["link_mode"])
        self.assertTrue(row["link_id"].endswith("/distributedAvailabilityGroups/sales-link"))

    def test_link_list_has_all_links_and_their_databases(self):
        answer = self.rig.call("link_list")
        self.assertDone(answer)
        self.assertEqual([(row["link"], row["database_name"]) for row in answer.rows],
                         [("sales-link", "sales"), ("hr-link", "hr"), ("hr-link", "payroll")])
        self.assertEqual(answer.rows[1]["most_recent_error"], "Link down: 41986")

    def test_position_and_case_do_not_matter_where_they_should_not(self):
        self.assertDone(self.rig.execute("EXEC xp_milink_link_get N'DR', N'sales-link';"))
        self.assertDone(self.rig.execute("EXEC xp_milink_link_get @LINK = 'sales-link';"))


class Failover(RigCase):
    def test_planned_fail_back_swaps_the_roles(self):
        answer = self.rig.execute("""
            DECLARE @rc int, @op nvarchar(36), @number int, @code nvarchar(128), @text nvarchar(2048);
            EXEC @rc = master.dbo.xp_milink_link_failover @link = N'sales-link',
                @failover_type = N'Planned', @wait_seconds = 30, @expected_role = N'Primary',
                @reason = N'drill', @change_ref = N'CHG-1', @caller = N'CONTOSO\\dba',
                @session_id = 55, @operation_id = @op OUTPUT, @error_number = @number OUTPUT,
                @error_code = @code OUTPUT, @error_message = @text OUTPUT;""")
        self.assertDone(answer)
        self.assertEqual(answer.columns, OPERATION_COLUMNS)
        row = answer.rows[0]
        self.assertEqual((row["procedure_name"], row["instance"], row["link"], row["state"],
                          row["percent_complete"]),
                         ("xp_milink_link_failover", "dr", "sales-link", "Succeeded", 100))
        self.assertEqual(answer.outputs, {
            "@operation_id": row["operation_id"], "@error_number": 0, "@error_code": None,
            "@error_message": None})
        self.assertRegex(row["operation_id"], GUID)
        self.assertEqual(self.rig.call("link_get", link="sales-link").rows[0]["instance_role"],
                         "Secondary")
        posts = self.rig.requests("link.failover")
        self.assertEqual(len(posts), 1)
        self.assertEqual(posts[0]["body"], {"failoverType": "Planned"})
        self.assertEqual(posts[0]["correlation_id"], row["operation_id"])

    def test_a_finished_role_change_is_known_before_the_next_retry_after(self):
        answer = self.rig.call("link_failover", link="sales-link", failover_type="Planned",
                               wait_seconds=30)
        self.assertEqual(answer.rows[0]["state"], "Succeeded")
        # The operation URL said Retry-After: 15; it was not asked a second time, and need not be.
        self.assertEqual(self.rig.requests("lro.async"), [])

    def test_without_wait_it_returns_once_azure_has_accepted(self):
        answer = self.rig.call("link_failover", link="sales-link", failover_type="Planned")
        self.assertDone(answer)
        self.assertIn(answer.rows[0]["state"], ("Running", "Succeeded"))
        self.rig.wait_operation(answer.rows[0]["operation_id"], "Succeeded")

    def test_what_if_shows_the_request_and_sends_nothing(self):
        answer = self.rig.call("link_failover", link="sales-link", failover_type="Planned",
                               what_if=1)
        self.assertDone(answer)
        row = answer.rows[0]
        self.assertIn("POST /subscriptions/", row["detail"])
        self.assertIn("/failover?api-version=2025-01-01", row["detail"])
        self.assertIn('{"failoverType":"Planned"}', row["detail"])
        self.assertIsNone(row["operation_id"])
        self.assertEqual(self.rig.requests("link.failover"), [])
        self.assertEqual(self.rig.call("operation_list").rows, [])


class ForcedFailover(RigCase):
    azure = scenario(link(role="Secondary", partner_reachable=False),
                     timing={"retry_after_seconds": 1})

    def test_forced_failover_says_that_the_partner_is_unknown(self):
        answer = self.rig.call("link_failover", link="sales-link",
                               failover_type="ForcedAllowDataLoss",
                               confirm="LOSE DATA ON sales-link", wait_seconds=60, timeout_seconds=90)
        self.assertDone(answer)
        row = answer.rows[0]
        self.assertEqual(row["state"], "Succeeded")
        self.assertIn("split brain", row["detail"])
        self.assertEqual(self.rig.requests("link.failover")[0]["body"],
                         {"failoverType": "ForcedAllowDataLoss"})


class OneWay(RigCase):
    azure = scenario(link(role="Secondary", failover_mode="None",
                          databases=[{"name": "sales"}, {"name": "crm"}]))

    def test_a_one_way_link_that_vanishes_is_success(self):
        answer = self.rig.call("link_failover", link="sales-link",
                               failover_type="ForcedAllowDataLoss",
                               confirm="LOSE DATA ON sales-link", wait_seconds=30)
        self.assertDone(answer)
        self.assertEqual(answer.rows[0]["state"], "Succeeded")
        self.assertIn("online", answer.rows[0]["detail"])
        self.assertEqual(len(self.rig.requests("database.get")), 2)


class SetRole(RigCase):
    azure = scenario(link(), timing={"retry_after_seconds": 1})

    def test_secondary_planned(self):
        answer = self.rig.call("link_set_role", link="sales-link", role="secondary",
                               change_type="planned", wait_seconds=60, timeout_seconds=90)
        self.assertDone(answer)
        self.assertEqual(answer.rows[0]["state"], "Succeeded")
        self.assertEqual(self.rig.requests("link.set_role")[0]["body"],
                         {"instanceRole": "Secondary", "roleChangeType": "Planned"})

    def test_a_role_held_already_is_success_without_a_request(self):
        answer = self.rig.call("link_set_role", link="sales-link", role="Primary",
                               change_type="Forced", confirm="LOSE DATA ON sales-link")
        self.assertDone(answer)
        self.assertEqual(answer.rows[0]["state"], "Succeeded")
        self.assertIn("already", answer.rows[0]["detail"])
        self.assertEqual(self.rig.requests("link.set_role"), [])


class License(RigCase):
    azure = scenario(link(role="Secondary"))

    def test_the_benefit_is_taken_and_given_back(self):
        before = self.rig.call("license_get").rows[0]
        self.assertEqual((before["hybrid_secondary_usage"], before["verdict"],
                          before["links_secondary"]), ("Active", "BENEFIT_UNUSED", 1))
        answer = self.rig.call("license_set", hybrid_secondary_usage="Passive", wait_seconds=30)
        self.assertDone(answer)
        self.assertEqual(answer.rows[0]["state"], "Succeeded")
        self.assertEqual(self.rig.requests("instance.update")[0]["body"],
                         {"properties": {"hybridSecondaryUsage": "Passive"}})
        after = self.rig.call("license_get").rows[0]
        self.assertEqual((after["hybrid_secondary_usage"], after["verdict"]), ("Passive", "OK"))
        self.assertDone(self.rig.call("license_set", hybrid_secondary_usage="Active",
                                      license_type="BasePrice", wait_seconds=30))
        after = self.rig.call("license_get").rows[0]
        self.assertEqual((after["hybrid_secondary_usage"], after["license_type"]),
                         ("Active", "BasePrice"))


class LicenseGuard(RigCase):
    def test_passive_is_refused_while_the_instance_serves(self):
        self.assertRefused(self.rig.call("license_set", hybrid_secondary_usage="Passive"), 50567,
                           "primary in 1 link, sales-link")
        self.assertEqual(self.rig.requests("instance.update"), [])
        self.assertDone(self.rig.call("license_set", hybrid_secondary_usage="Passive", force=1,
                                      wait_seconds=30))
        self.assertEqual(self.rig.call("license_get").rows[0]["verdict"], "PASSIVE_WHILE_PRIMARY")


class Operations(RigCase):
    azure = scenario(link(), link("hr-link"))

    def test_get_and_list(self):
        first = self.rig.call("link_failover", link="sales-link", failover_type="Planned",
                              wait_seconds=30).rows[0]
        second = self.rig.call("license_set", license_type="BasePrice", wait_seconds=30).rows[0]
        listed = self.rig.call("operation_list").rows
        self.assertEqual([row["operation_id"] for row in listed],
                         [second["operation_id"], first["operation_id"]])
        self.assertEqual(self.rig.operation(first["operation_id"]), first)
        self.assertEqual(self.rig.call("operation_list", state="Failed").rows, [])
        self.assertEqual(len(self.rig.call("operation_list", since=second["started_at"]).rows), 1)
        self.assertRefused(self.rig.call("operation_get",
                                         operation_id="00000000-0000-0000-0000-000000000000"),
                           50561, "00000000-0000")


class Progress(RigCase):
    azure = scenario(link(), timing={"failover_ms": 4000, "retry_after_seconds": 1})

    def test_progress_is_visible_while_it_runs(self):
        row = self.rig.call("link_failover", link="sales-link", failover_type="Planned").rows[0]
        seen = []
        while row["state"] == "Running":
            row = self.rig.call("operation_get", operation_id=row["operation_id"],
                                wait_seconds=30).rows[0]
            seen.append(row["percent_complete"])
        self.assertEqual(row["state"], "Succeeded")
        self.assertEqual(seen, sorted(seen))
        self.assertGreater(len(seen), 1, seen)


if __name__ == "__main__":
    rig.main()
