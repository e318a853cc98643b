#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Links as a DBA makes, changes and deletes them: what is refused before Azure hears of it, and what Azure does."""

import rig
from rig import SharedRigCase, link, scenario, wait_for

ALL = ["read", "license", "failover", "forced_failover", "lifecycle", "certificate", "database"]
QUICK = {"link_create_ms": 200, "seeding_ms": 300, "link_update_ms": 200, "link_delete_ms": 200, "database_ms": 100,
         "retry_after_seconds": 1}
ORDER = {"link": "crm_link", "databases": "crm", "partner_endpoint": "TCP://sql01.example:5022",
         "partner_ag": "CrmBox", "instance_ag": "CrmMi"}
CERTIFICATE = {"certificates": [{"name": "SqlServer"}]}
EVER = "2999-01-01T00:00:00Z"


def configured(alias, rights=None):
    return {"alias": alias, "subscription_id": rig.SUBSCRIPTION, "resource_group": "rg-dr",
            "managed_instance": "sqlmi-" + alias, "rights": rights or ALL}


def instances(model, *more):
    """The scenario with further instances in the same group."""
    for one in more:
        model["instances"].append({"subscription_id": rig.SUBSCRIPTION, "resource_group": "rg-dr", **one})
    return model


class Create(SharedRigCase):
    azure = scenario(link(), instance=CERTIFICATE, timing={**QUICK, "seeding_ms": 3000})
    configuration = {"instances": [configured("dr")]}

    def test_one_database(self):
        answer = self.rig.call("link_create", **ORDER, failover_mode="manual")
        self.assertDone(answer)
        row = answer.rows[0]
        self.assertEqual((row["procedure_name"], row["instance"], row["link"]),
                         ("xp_milink_link_create", "dr", "crm_link"))
        # Success is that the link is there; its seeding is seen in its rows.
        seen = []

        def has_seeded():
            seen.append(self.rig.call("link_get", link="crm_link").rows[0])
            return seen[-1]["replica_state"] == "LinkSynchronizing"

        wait_for(has_seeded, "the database is seeded", 60)
        self.assertRegex(seen[0]["seeding_progress"], r"^\d{1,2}%$")
        self.assertEqual((seen[0]["health"], seen[0]["failover_mode"]), ("NOT_HEALTHY", "Manual"))
        last = seen[-1]
        self.assertEqual((last["database_name"], last["health"], last["instance_role"], last["partner_role"],
                          last["partner_ag"], last["instance_ag"], last["partner_endpoint"],
                          last["certificate_name"], last["seeding_mode"]),
                         ("crm", "HEALTHY", "Secondary", "Primary", "CrmBox", "CrmMi", "TCP://sql01.example:5022",
                          "SqlServer", "Automatic"))

        row = self.rig.wait_operation(row["operation_id"], "Succeeded")
        self.assertEqual(row["percent_complete"], 100)
        self.assertIn("are being seeded", row["detail"])
        self.assertIn("Database format SQLServer2022", row["detail"])
        self.assertEqual(self.rig.call("operation_list", state="Succeeded").rows[-1], row)
        put = self.rig.requests("link.create")
        self.assertEqual([p["body"] for p in put], [{"properties": {
            "databases": [{"databaseName": "crm"}], "partnerEndpoint": "TCP://sql01.example:5022",
            "partnerAvailabilityGroupName": "CrmBox", "instanceAvailabilityGroupName": "CrmMi",
            "instanceLinkRole": "Secondary", "failoverMode": "Manual", "seedingMode": "Automatic"}}])
        self.assertEqual(put[0]["correlation_id"], row["operation_id"])

    def test_the_same_request(self):
        order = {**ORDER, "link": "twice", "databases": "twice", "partner_ag": "TwiceBox", "instance_ag": "TwiceMi"}
        self.assertRepeats({"instance_ag": "Other"}, "link_create", **order)

    def test_unusual_name_of_a_database(self):
        name = "Größe, 'q' ]x[ 日本 😀"
        quoted = "[" + name.replace("]", "]]") + "]"
        order = {**ORDER, "link": "odd_1@#$", "databases": quoted, "partner_ag": "Box 'ö' [1]", "instance_ag": "Mi ]"}
        self.succeed("link_create", **order)
        wait_for(lambda: self.rig.call("link_get", link="odd_1@#$").rows[0]["health"] == "HEALTHY", "it is seeded")
        row = self.rig.call("link_get", link="ODD_1@#$").rows[0]
        self.assertEqual((row["link"], row["database_name"], row["partner_ag"], row["instance_ag"]),
                         ("odd_1@#$", name, "Box 'ö' [1]", "Mi ]"))
        self.assertTrue(self.rig.call("database_get", database=name).rows[0]["status"])
        refused = self.rig.call("database_delete", database=name, confirm="DELETE " + name)
        self.assertRefused(refused, 50581, "Größe", "odd_1@#\\$")
        self.succeed("link_delete", link="odd_1@#$", confirm="DELETE odd_1@#$")
        answer = self.rig.call("link_create", **{**order, "link": "again"})
        self.assertRefused(answer, 50578, "xp_milink_database_delete @database = N'Größe, ''q'' ")
        self.succeed("database_delete", database=name, confirm="DELETE " + name)
        self.assertRefused(self.rig.call("database_get", database=name), 50601)


class CreateRefused(SharedRigCase):
    azure = instances(
        scenario(link(), instance={**CERTIFICATE, "databases": [{"name": "left"}, {"name": "owned"}]}, timing=QUICK),
        {"name": "sqlmi-bare"}, {"name": "sqlmi-late", "certificates": [{"name": "old", "days": -1}]},
        {"name": "sqlmi-latest", "database_format": "AlwaysUpToDate", **CERTIFICATE})
    configuration = {"instances": [configured(alias) for alias in ("dr", "bare", "late", "latest", "gone")] +
                                  [configured("reader", ["read", "failover", "certificate"])]}

    def refuse(self, *cases):
        """Each of (number, texts, changes of the order); nothing is sent."""
        answers = self.rig.calls("link_create", [{"instance": "dr", **ORDER, **changes} for _, _, changes in cases])
        for (number, texts, changes), answer in zip(cases, answers):
            with self.subTest(changes):
                self.assertRefused(answer, number, *texts)
        self.assertNothingSent()

    def test_what_azure_would_find_out_late(self):
        self.refuse(
            (50578, ["link is there, with the instance as Primary"], {"link": "sales-link"}),
            (50578, ["link is there"], {"link": "SALES-LINK"}),
            (50578, ["instanceag", "belongs to link sales-link"], {"instance_ag": "instanceag"}),
            (50578, ["BoxAg", "belongs to link sales-link"],
             {"partner_ag": "BoxAg", "partner_endpoint": "tcp://SQLSERVER.example:5022"}),
            (50581, ["sales", "in link sales-link"], {"databases": "SALES"}),
            (50578, ["dropped link", "xp_milink_database_delete @database = N'left'"], {"databases": "Left"}),
            (50601, ["has 0 of 1"], {"instance_role": "Primary"}),
            (50582, ["has 0, of which 0 are valid", "xp_milink_certificate_put"], {"instance": "bare"}),
            (50582, ["has 1, of which 0 are valid"], {"instance": "late"}),
            (50585, ["AlwaysUpToDate", "N'None'"], {"instance": "latest", "failover_mode": "Manual"}),
            (50601, ["instance gone"], {"instance": "gone"}))
        self.assertEqual(self.rig.call("operation_list").rows, [], "what is refused is no operation")

    def test_what_stands_in_the_parameters(self):
        self.refuse(
            (50554, ["@instance_ag", "differ from @partner_ag"], {"instance_ag": "crmbox"}),
            (50554, ["@partner_ag", "differ from @link"], {"partner_ag": "CRM_LINK"}),
            (50554, ["@instance_ag", "differ from @link"], {"instance_ag": "crm_link"}),
            *((50554, ["@link", "letters, digits"], {"link": name}) for name in (
                "crm link", "crm'link", "[crm]", "-crm", "crm-", "größe", "1_crm", "a/b", "a.b")),
            *((50554, ["@databases", "parted by commas"], {"databases": names}) for names in (
                "master", "a,,b", "a,A", "a,", ",a", "a%b", "[a", "[a]b", "x.", "[]", "a:b", "c" * 129)),
            *((50554, ["@partner_endpoint", "TCP://host:port"], {"partner_endpoint": endpoint}) for endpoint in (
                "sql01:5022", "TCP://sql01", "TCP://sql01:0", "TCP://sql01:65536", "TCP://sql01:5022/x",
                "TCP://sql 01:5022", "TCP://:5022", "UDP://sql01:5022", "TCP://[::1:5022", "TCP://x@y:1")),
            (50554, ["@seeding_mode", "Automatic"], {"seeding_mode": "Manual"}),
            (50554, ["@failover_mode", "None, Manual"], {"failover_mode": "Both"}),
            (50554, ["@instance_role"], {"instance_role": "Both"}),
            (50553, ["@partner_endpoint"], {"partner_endpoint": ""}),
            (50579, ["@databases", "2025-02-01-preview", "it is 2025-01-01"], {"databases": "a,b"}),
            (50579, ["2025-02-01-preview"], {"link_mode": "MultiDatabase"}),
            (50554, ["@link_mode", "names 2"], {"databases": "a,b", "link_mode": "SingleDatabase"}),
            (50558, ["reader", "the right lifecycle", "granted: read, failover, certificate"], {"instance": "reader"}))
        self.assertEqual(self.rig.requests(), [], "not even a read")

    def test_what_is_right_is_shown(self):
        detail = self.assertShows("PUT /subscriptions/", "link_create", instance="dr", **ORDER)
        self.assertIn("/distributedAvailabilityGroups/crm_link?api-version=2025-01-01 {", detail)
        self.assertIn('"failoverMode":"None"', detail)
        # The same groups with another SQL Server are other groups; a format without a way back lets the way there.
        self.assertShows("PUT ", "link_create", instance="dr", **{**ORDER, "partner_ag": "BoxAg"})
        self.assertShows("PUT ", "link_create", instance="latest", **ORDER)
        self.assertShows("PUT ", "link_create", instance="dr",
                         **{**ORDER, "databases": "OWNED", "instance_role": "Primary"})
        self.assertIn("lists no hyphen", self.assertShows("PUT ", "link_create", instance="dr",
                                                          **{**ORDER, "link": "crm-link"}))
        self.assertEqual(self.rig.call("operation_list").rows, [])


class CreateFails(SharedRigCase):
    azure = scenario(link(), instance=CERTIFICATE, timing=QUICK)
    configuration = {"instances": [configured("dr")]}

    def gives_up(self, leaves):
        self.rig.azure("/_sim/instance/sqlmi-dr", {"create_leaves_link": leaves, "create_result": {
            "status": "Failed", "code": "ManagedInstanceLinkConnectivityIsNotEstablished",
            "message": "The connectivity is not established.", "http_status": 400}})

    def test_azure_gives_it_up(self):
        self.gives_up(False)
        answer = self.rig.call("link_create", **ORDER, wait_seconds=60)
        self.assertRefused(answer, 50614, "link crm_link of dr", "connectivity is not established", "endpoint")
        row = self.rig.call("operation_list", state="Failed").rows[0]
        self.assertEqual((row["procedure_name"], row["link"], row["error_number"], row["error_code"]),
                         ("xp_milink_link_create", "crm_link", 50614,
                          "ManagedInstanceLinkConnectivityIsNotEstablished"))
        self.assertRefused(self.rig.call("link_get", link="crm_link"), 50601)
        # The same request_id tells the same failure again and sends nothing; a new one tries again.
        sent = len(self.rig.writes())
        again = self.rig.call("link_create", **ORDER, request_id=row["request_id"])
        self.assertRefused(again, 50614, "connectivity")
        self.assertEqual(len(self.rig.writes()), sent)

    def test_a_part_stays(self):
        self.gives_up(True)
        order = {**ORDER, "link": "half_link", "databases": "half", "instance_ag": "HalfMi", "partner_ag": "HalfBox"}
        answer = self.rig.call("link_create", **order, wait_seconds=60)
        self.assertRefused(answer, answer.rc, "link half_link of dr", "connectivity is not established")
        self.assertIn(answer.rc, (50607, 50614))  # by the link's state or the operation's record: which is read first
        row = next(r for r in self.rig.call("operation_list").rows if r["link"] == "half_link")
        self.assertEqual(row["state"], "Failed")
        self.assertIn("xp_milink_link_delete", row["detail"])
        shown = self.rig.call("link_get", link="half_link").rows[0]
        self.assertEqual((shown["replica_state"], shown["connected_state"]), ("LinkCreationError", "DISCONNECTED"))
        self.assertIn("not established", shown["most_recent_error"])
        self.succeed("link_delete", link="half_link", confirm="DELETE half_link")

    def test_azure_refuses_it(self):
        self.rig.azure("/_sim/instance/sqlmi-dr", {"create_result": None, "create_leaves_link": None})
        self.rig.fault(on="link.create", action="status", status=400, body={"error": {
            "code": "ManagedDatabaseNameInUse", "message": "The database name is in use."}})
        answer = self.rig.call("link_create", **{**ORDER, "link": "x1", "instance_ag": "XMi"}, wait_seconds=60)
        self.assertRefused(answer, 50618, "link x1 of dr", "in use")
        self.assertRefused(self.rig.call("link_get", link="x1"), 50601)

    def test_a_lost_answer_is_no_failure(self):
        self.rig.azure("/_sim/instance/sqlmi-dr", {"create_result": None, "create_leaves_link": None})
        self.rig.fault(on="link.create", action="cut_after")
        self.succeed("link_create", **{**ORDER, "link": "lost", "databases": "lost", "instance_ag": "LostMi",
                                       "partner_ag": "LostBox"})
        self.assertEqual(self.rig.call("link_get", link="lost").rows[0]["database_name"], "lost")


class Many(SharedRigCase):
    azure = scenario(link(), link("hr-link", "Secondary", databases=[{"name": "hr"}, {"name": "payroll"}],
                                  instance_ag="HrMi", partner_ag="HrBox"),
                     instance=CERTIFICATE, timing=QUICK)
    configuration = {"instances": [configured("dr")], "api_version": "2026-08-01-preview"}
    specified = False

    def test_create(self):
        order = {**ORDER, "link": "crm-2", "databases": "crm , [a,b],[x]]y]"}
        self.assertRefused(self.rig.call("link_create", **{**order, "link": "Crm-2"}), 50554, "@link", "lower-case")
        detail = self.assertShows("PUT ", "link_create", **order)
        self.assertIn('"linkMode":"MultiDatabase"', detail)
        self.succeed("link_create", **order)
        body = self.rig.requests("link.create")[0]["body"]["properties"]
        self.assertEqual(([d["databaseName"] for d in body["databases"]], body["linkMode"]),
                         (["crm", "a,b", "x]y"], "MultiDatabase"))
        wait_for(lambda: {r["health"] for r in self.rig.call("link_get", link="crm-2").rows} == {"HEALTHY"}, "seeded")
        rows = self.rig.call("link_get", link="crm-2").rows
        self.assertEqual([(r["link"], r["database_name"], r["link_mode"]) for r in rows],
                         [("crm-2", name, "MultiDatabase") for name in ("crm", "a,b", "x]y")])
        self.assertTrue(all(r["last_hardened_lsn"].isdigit() for r in rows))
        listed = [r["database_name"] for r in self.rig.call("link_list").rows if r["link"] == "crm-2"]
        self.assertEqual(listed, ["crm", "a,b", "x]y"])

    def test_databases_come_and_go(self):
        def names():
            return [r["database_name"] for r in self.rig.call("link_get", link="hr-link").rows]

        self.succeed("link_update", link="hr-link", databases="hr,payroll")
        self.assertNothingSent()
        row = self.assertRepeats({"databases": "hr"}, "link_update", link="HR-link", databases="hr,payroll,[t,x]")
        self.assertEqual(row["link"], "hr-link")
        self.assertIn("Adds: t,x", row["detail"])
        self.assertEqual(names(), ["hr", "payroll", "t,x"])
        sent = len(self.rig.writes())
        for confirm in ({}, {"confirm": "REMOVE 1 FROM hr-link"}, {"confirm": "REMOVE 2 FROM HR-LINK"}):
            refused = self.rig.call("link_update", link="hr-link", databases="hr", **confirm)
            self.assertRefused(refused, 50559, "leaves out payroll, t,x", "N'REMOVE 2 FROM hr-link'")
        self.assertEqual(len(self.rig.writes()), sent)
        wait_for(lambda: {r["health"] for r in self.rig.call("link_get", link="hr-link").rows} == {"HEALTHY"}, "seeded")
        row = self.succeed("link_update", link="hr-link", databases="hr", confirm="REMOVE 2 FROM hr-link")
        self.assertIn("Removes: payroll, t,x", row["detail"])
        self.assertEqual(names(), ["hr"])
        self.assertEqual(self.rig.call("database_get", database="payroll").rows[0]["status"], "Online")

    def test_a_link_of_one_database_keeps_it(self):
        refused = self.rig.call("link_update", link="sales-link", databases="sales,crm")
        self.assertRefused(refused, 50575, "SingleDatabase", "only a multi-database link")
        self.assertNothingSent()


class Update(SharedRigCase):
    azure = scenario(link(), link("hr_link", "Secondary", instance_ag="HrMi", partner_ag="HrBox",
                                  databases=[{"name": "hr"}]), timing=QUICK)
    configuration = {"instances": [configured("dr")]}

    def test_replication_mode(self):
        detail = self.assertShows("PATCH /subscriptions/", "link_update", link="hr_link", replication_mode="SYNC")
        self.assertIn('{"properties":{"replicationMode":"Sync"}}', detail)
        row = self.assertRepeats({"replication_mode": "Async"}, "link_update", link="hr_link", replication_mode="Sync")
        self.assertIn("[hr_link] MODIFY", row["detail"])
        self.assertIn("SYNCHRONOUS_COMMIT", row["detail"])
        self.assertEqual([r["body"] for r in self.rig.requests("link.update")],
                         [{"properties": {"replicationMode": "Sync"}}])
        self.assertEqual(self.rig.call("link_get", link="hr_link").rows[0]["replication_mode"], "Sync")
        row = self.succeed("link_update", link="hr_link", replication_mode="Sync")
        self.assertIn("already", row["detail"])
        self.assertEqual(len(self.rig.requests("link.update")), 1)

    def test_refused(self):
        self.assertRefused(self.rig.call("link_update", link="sales-link"), 50553, "@replication_mode, @databases")
        self.assertRefused(self.rig.call("link_update", link="sales-link", databases="a,b"), 50579,
                           "2026-08-01-preview", "it is 2025-01-01")
        self.assertRefused(self.rig.call("link_update", link="no-link", replication_mode="Sync"), 50601, "no-link")
        self.assertRefused(self.rig.call("link_update", link="sales-link", replication_mode="Half"), 50554,
                           "Async, Sync")
        self.assertNothingSent()

    def test_azure_fails_it(self):
        self.rig.azure("/_sim/link/sales-link", {"update_result": {"status": "Failed", "message": "no room"}})
        answer = self.rig.call("link_update", link="sales-link", replication_mode="Sync", wait_seconds=60)
        self.assertRefused(answer, answer.rc, "link sales-link of dr", "no room")
        self.assertIn(answer.rc, (50606, 50607))
        self.assertEqual(self.rig.call("link_get", link="sales-link").rows[0]["replication_mode"], "Async")


class Delete(SharedRigCase):
    azure = scenario(link(), link("hr_link", "Secondary", instance_ag="HrMi", partner_ag="HrBox",
                                  databases=[{"name": "hr"}]),
                     link("two_way", "Secondary", instance_ag="TwoMi", partner_ag="TwoBox",
                          databases=[{"name": "two"}]),
                     link("one_way", "Secondary", instance_ag="OneMi", partner_ag="OneBox", failover_mode="None",
                          databases=[{"name": "one"}]),
                     timing=QUICK)
    configuration = {"instances": [configured("dr")]}

    def test_a_secondary(self):
        for confirm in ({}, {"confirm": "delete hr_link"}, {"confirm": "DELETE hr_lin"}, {"confirm": "DELETE"}):
            self.assertRefused(self.rig.call("link_delete", link="hr_link", **confirm), 50559, "N'DELETE hr_link'")
        self.assertEqual(self.rig.requests(), [])
        confirm = {"confirm": "DELETE hr_link"}
        detail = self.assertShows("DELETE /subscriptions/", "link_delete", link="hr_link", **confirm)
        self.assertIn("/distributedAvailabilityGroups/hr_link?api-version=", detail)
        row = self.assertRepeats({"link": "sales-link", "confirm": "DELETE sales-link"}, "link_delete",
                                 link="hr_link", **confirm)
        self.assertIn("DROP AVAILABILITY GROUP [hr_link]", row["detail"])
        self.assertIn("both take writes now", row["detail"])
        self.assertRefused(self.rig.call("link_get", link="hr_link"), 50601)
        self.assertEqual(self.rig.call("database_get", database="hr").rows[0]["status"], "Online")
        self.assertNotIn("hr_link", [r["link"] for r in self.rig.call("link_list").rows])

        row = self.succeed("link_delete", link="hr_link", **confirm)
        self.assertIn("no such link; nothing was sent", row["detail"])
        self.assertEqual(len(self.rig.writes()), 1)

    def test_a_primary_without_a_backup(self):
        confirm = {"link": "sales-link", "confirm": "DELETE sales-link"}
        without = {"on": "link.get", "action": "status", "status": 200, "body": {
            "name": "sales-link", "properties": {"instanceLinkRole": "Primary", "partnerLinkRole": "Secondary",
                                                 "databases": [{"databaseName": "sales"}]}}}
        self.rig.fault(**without)
        self.assertRefused(self.rig.call("link_delete", **confirm), 50580, "database sales: last backup none",
                           "not known to the journal", "@force = 1")
        self.assertNothingSent()
        self.rig.fault(**without)
        self.assertShows("DELETE ", "link_delete", **confirm, force=1)
        self.assertShows("DELETE ", "link_delete", **confirm)
        self.rig.fault(**without)
        self.succeed("link_delete", **confirm, force=1)

    def test_the_journal_knows_when_it_became_primary(self):
        confirm = {"link": "two_way", "confirm": "DELETE two_way"}
        self.succeed("link_failover", link="two_way", failover_type="ForcedAllowDataLoss",
                     confirm="LOSE DATA ON two_way")
        # The computed last backup is of some minutes ago: of before.
        self.assertRefused(self.rig.call("link_delete", **confirm), 50580, "database two: last backup 20",
                           "role change 20")
        self.assertEqual(len(self.rig.writes()), 1)
        self.rig.azure("/_sim/link/two_way", {"last_backup_time": EVER})
        self.succeed("link_delete", **confirm)
        self.assertEqual(self.rig.call("database_get", database="two").rows[0]["status"], "Online")

    def test_a_failover_that_ends_the_link(self):
        row = self.succeed("link_failover", link="one_way", failover_type="ForcedAllowDataLoss",
                           confirm="LOSE DATA ON one_way")
        self.assertIn("online", row["detail"])
        self.assertRefused(self.rig.call("link_get", link="one_way"), 50601)
        self.assertEqual(self.rig.call("database_get", database="one").rows[0]["status"], "Online")
        row = self.succeed("link_delete", link="one_way", confirm="DELETE one_way")
        self.assertIn("nothing was sent", row["detail"])

    def test_one_that_goes_meanwhile(self):
        self.rig.fault(on="link.delete", action="status", status=404, body={"error": {
            "code": "ResourceNotFound", "message": "gone"}})
        row = self.succeed("link_delete", link="two_way_2", confirm="DELETE two_way_2")
        self.assertIn("nothing was sent", row["detail"])
        self.rig.azure("/_sim/reset-faults", {})


if __name__ == "__main__":
    rig.main()
