#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The instance and its licence, the network, and health: what is seen, what is refused, and where a password goes."""

import hashlib
import os
import re
import socket

import rig
from rig import SharedRigCase, link, scenario, wait_for

PASSWORD = "Tr0ub4dor&3-'Tr0ub4dor"
ALL = ["read", "license", "failover", "forced_failover", "lifecycle", "certificate", "database"]
SUBNET = (f"/subscriptions/{rig.SUBSCRIPTION}/resourceGroups/rg-dr/providers/Microsoft.Network"
          "/virtualNetworks/vnet1/subnets/mi")
ORDER = {"location": "West Europe", "subnet_id": SUBNET, "sku": "gp_gen5", "v_cores": 8, "storage_gb": 256,
         "admin_login": "dba", "admin_secret": "Admin"}
INSTANCE_COLUMNS = ["fqdn", "location", "state", "sku", "tier", "v_cores", "storage_gb", "database_format",
                    "public_endpoint", "dns_zone", "license_type", "hybrid_secondary_usage",
                    "hybrid_secondary_usage_detected", "running_operation", "running_percent", "running_state"]
SLOW = 600000


def configured(alias, rights=None):
    return {"alias": alias, "subscription_id": rig.SUBSCRIPTION, "resource_group": "rg-dr",
            "managed_instance": "sqlmi-" + alias, "rights": rights or ALL}


class Create(SharedRigCase):
    azure = scenario(link(), timing={"instance_create_ms": 2000, "cancel_ms": 100, "retry_after_seconds": 1})
    configuration = {"instances": [configured(a) for a in ("dr", "new", "bad", "stop", "keep")]}

    @classmethod
    def prepare(cls):
        cls.rig.secrets.append(PASSWORD)
        cls.rig.write_configuration(**cls.configuration)
        result = cls.rig.verb("secret", "set", "admin", given=PASSWORD.encode())
        assert result.returncode == 0, result.stderr

    def timing(self, **changes):
        self.rig.azure("/_sim/timing", changes)

    def test_created_with_the_benefit(self):
        order = {"instance": "new", **ORDER, "license_type": "BasePrice", "database_format": "sqlserver2022"}
        detail = self.assertShows("PUT /subscriptions/", "instance_create", **order)
        self.assertIn('"administratorLoginPassword":"<secret>"', detail)
        self.assertIn('"hybridSecondaryUsage":"Passive"', detail)
        self.assertIn("/managedInstances/sqlmi-new?api-version=", detail)

        first = self.rig.call("instance_create", **order)
        self.assertDone(first)
        row = first.rows[0]
        self.assertEqual((row["procedure_name"], row["instance"], row["link"]),
                         ("xp_milink_instance_create", "new", None))
        shown = self.rig.call("instance_get", instance="new").rows[0]
        if shown["state"] == "Creating":  # it is not there yet, and its creation is seen
            self.assertRegex(shown["running_operation"], "CREATE|UPSERT|Create")
            self.assertEqual(shown["running_state"], "InProgress")
        row = self.rig.wait_operation(row["operation_id"], "Succeeded")
        self.assertIn("several hours", row["detail"])
        put = self.rig.requests("instance.create")
        self.assertEqual(len(put), 1)
        self.assertEqual(put[0]["password_sha256"],
                         {"administratorLoginPassword": hashlib.sha256(PASSWORD.encode()).hexdigest()})
        self.assertEqual(put[0]["body"], {
            "location": "West Europe", "sku": {"name": "GP_Gen5", "tier": "GeneralPurpose"},
            "properties": {"administratorLogin": "dba", "administratorLoginPassword": "***", "subnetId": SUBNET,
                           "licenseType": "BasePrice", "hybridSecondaryUsage": "Passive",
                           "databaseFormat": "SQLServer2022", "vCores": 8, "storageSizeInGB": 256}})
        shown = self.rig.call("instance_get", instance="new").rows[0]
        self.assertEqual((shown["state"], shown["v_cores"], shown["storage_gb"], shown["license_type"],
                          shown["hybrid_secondary_usage"], shown["running_operation"]),
                         ("Ready", 8, 256, "BasePrice", "Passive", None))
        self.assertRefused(self.rig.call("instance_create", **order), 50578, "sqlmi-new is there, state Ready")
        self.assertEqual(len(self.rig.requests("instance.create")), 1)

    def test_refused(self):
        cases = (
            (50554, ["@v_cores", "it is 5; allowed: 4, 6"], {"v_cores": 5}), (50554, ["@v_cores"], {"v_cores": 2}),
            (50554, ["@storage_gb", "multiples of 32"], {"storage_gb": 100}),
            (50554, ["@sku", "GP_Gen5, GP_G8IM"], {"sku": "GP_Gen4"}), (50554, ["@admin_login"], {"admin_login": "sa"}),
            (50554, ["@subnet_id", "Microsoft.Network"], {"subnet_id": "vnet1/mi"}),
            (50554, ["@subnet_id"], {"subnet_id": SUBNET + "/more"}),
            (50554, ["@location"], {"location": "west europe!"}),
            (50576, ["@admin_secret", "secret nobody", "milink-agent secret set"], {"admin_secret": "nobody"}),
            (50554, ["@admin_secret"], {"admin_secret": "../client.secret"}),
            (50554, ["@database_format", "AlwaysUpToDate, SQLServer2022"], {"database_format": "SQLServer2019"}))
        answers = self.rig.calls("instance_create", [{"instance": "bad", **ORDER, **c} for _, _, c in cases])
        for (number, texts, changes), answer in zip(cases, answers):
            with self.subTest(changes):
                self.assertRefused(answer, number, *texts)
        self.assertEqual(self.rig.requests(), [])
        self.assertRefused(self.rig.call("instance_create", **{"instance": "dr", **ORDER}), 50578, "sqlmi-dr is there")
        self.assertNothingSent()

    def test_azure_refuses_the_password(self):
        self.rig.secrets.append("weak-password-dba")
        self.assertEqual(self.rig.verb("secret", "set", "weak", given=b"weak-password-dba\n").returncode, 0)
        answer = self.rig.call("instance_create", **{"instance": "bad", **ORDER, "admin_secret": "weak"},
                               wait_seconds=60)
        self.assertRefused(answer, answer.rc, "instance bad", "PasswordNotComplex|password")
        row = self.rig.call("operation_list", instance="bad").rows[0]
        self.assertEqual((row["state"], row["error_code"]), ("Failed", "PasswordNotComplex"))

    def test_cancelled(self):
        self.timing(instance_create_ms=SLOW)
        identifier = self.rig.call("instance_create", **{"instance": "stop", **ORDER}).rows[0]["operation_id"]
        self.timing(instance_create_ms=2000)
        shown = self.rig.call("instance_get", instance="stop").rows[0]
        self.assertEqual((shown["state"], shown["running_state"]), ("Creating", "InProgress"))

        answer = self.rig.call("operation_cancel", operation_id=identifier, what_if=1)
        self.assertDone(answer)
        self.assertRegex(answer.rows[0]["detail"], r"^Would send: POST /subscriptions/.*/operations/[^/]+/cancel\?api")
        self.assertEqual(self.rig.requests("instance_operation.cancel"), [])

        self.assertDone(self.rig.call("operation_cancel", operation_id=identifier))
        row = self.rig.wait_operation(identifier, "Canceled")
        self.assertEqual(row["error_number"], 50612)
        self.assertEqual(len(self.rig.requests("instance_operation.cancel")), 1)
        again = self.rig.call("operation_cancel", operation_id=identifier)
        self.assertDone(again)
        self.assertEqual(again.rows[0]["state"], "Canceled")
        self.assertEqual(len(self.rig.requests("instance_operation.cancel")), 1)
        self.assertRefused(self.rig.call("instance_get", instance="stop"), 50601, "instance stop")
        trail = self.rig.verb("audit", "export").stdout.decode()
        self.assertEqual([t for t in re.findall(r'"event":"(\w+)"', "\n".join(
            line for line in trail.splitlines() if identifier in line))], ["accepted", "acting", "acted", "ended"])

    def test_cannot_be_cancelled(self):
        self.assertRefused(self.rig.call("operation_cancel", operation_id=rig.SUBSCRIPTION), 50561)
        done = self.rig.call("license_set", instance="dr", license_type="BasePrice", wait_seconds=60).rows[0]
        self.assertRefused(self.rig.call("operation_cancel", operation_id=done["operation_id"]), 50584,
                           "it has ended: Succeeded")
        self.timing(failover_ms=4000)
        moved = self.rig.call("link_failover", instance="dr", link="sales-link", failover_type="Planned").rows[0]
        self.timing(failover_ms=400)
        self.assertRefused(self.rig.call("operation_cancel", operation_id=moved["operation_id"]), 50584,
                           "xp_milink_link_failover", "nothing that is done to a link")
        self.rig.azure("/_sim/instance/sqlmi-dr", {"cancellable": False})
        self.rig.wait_operation(moved["operation_id"], "Succeeded")
        self.timing(license_ms=SLOW)
        held = self.rig.call("license_set", instance="dr", license_type="LicenseIncluded").rows[0]
        self.timing(license_ms=200)
        self.assertRefused(self.rig.call("operation_cancel", operation_id=held["operation_id"]), 50584,
                           "does not let it be cancelled")
        self.assertRefused(self.rig.call("license_set", instance="dr", license_type="BasePrice"), 50562,
                           held["operation_id"])
        self.rig.azure("/_sim/instance/sqlmi-dr", {"cancellable": None})
        self.assertDone(self.rig.call("operation_cancel", operation_id=held["operation_id"], wait_seconds=30))
        self.rig.wait_operation(held["operation_id"], "Canceled")


class License(SharedRigCase):
    azure = scenario(link(role="Secondary"), timing={"license_ms": 100, "retry_after_seconds": 1})
    configuration = {"instances": [configured("dr", ["read", "license"])]}

    def become(self, usage, detected, role):
        self.rig.azure("/_sim/instance/sqlmi-dr", {"hybrid_secondary_usage": usage,
                                                   "hybrid_secondary_usage_detected": detected})
        self.rig.azure("/_sim/link/sales-link", {"instance_role": role, "partner_role": None})

    def test_verdicts(self):
        for usage, detected, role, verdict in (("Active", None, "Secondary", "BENEFIT_UNUSED"),
                                               ("Active", None, "Primary", "OK"),
                                               ("Active", "Active", "Secondary", "OK"),
                                               ("Passive", None, "Secondary", "OK"),
                                               ("Passive", "Active", "Secondary", "PASSIVE_NOT_ELIGIBLE"),
                                               ("Passive", None, "Primary", "PASSIVE_WHILE_PRIMARY")):
            self.become(usage, detected, role)
            row = self.rig.call("license_get").rows[0]
            self.assertEqual((row["hybrid_secondary_usage"], row["verdict"]), (usage, verdict), (detected, role))
            self.assertEqual((row["links_primary"], row["links_secondary"]),
                             (1, 0) if role == "Primary" else (0, 1))
            self.assertTrue(row["verdict_text"])

    def test_set(self):
        self.become("Active", None, "Secondary")
        detail = self.assertShows("PATCH /subscriptions/", "license_set", hybrid_secondary_usage="passive")
        self.assertIn('{"properties":{"hybridSecondaryUsage":"Passive"}}', detail)
        self.assertRepeats({"hybrid_secondary_usage": "Active"}, "license_set", hybrid_secondary_usage="Passive")
        self.assertEqual([r["body"] for r in self.rig.requests("instance.update")],
                         [{"properties": {"hybridSecondaryUsage": "Passive"}}])
        self.assertEqual(self.rig.call("license_get").rows[0]["verdict"], "OK")

    def test_guard(self):
        self.become("Active", None, "Primary")
        self.assertRefused(self.rig.call("license_set", hybrid_secondary_usage="Passive"), 50567, "sales-link")
        self.assertRefused(self.rig.call("license_set", license_type="BasePrice", hybrid_secondary_usage="Passive",
                                         what_if=1), 50567, "sales-link")
        self.assertNothingSent()
        self.succeed("license_set", hybrid_secondary_usage="Passive", force=1)
        self.assertEqual(self.rig.call("license_get").rows[0]["verdict"], "PASSIVE_WHILE_PRIMARY")

    def test_instance_get(self):
        self.become("Active", None, "Secondary")
        answer = self.rig.call("instance_get")
        self.assertDone(answer)
        self.assertEqual(answer.columns, INSTANCE_COLUMNS)
        row = answer.rows[0]
        self.assertEqual((row["location"], row["state"], row["sku"], row["tier"], row["v_cores"], row["storage_gb"],
                          row["database_format"], row["running_operation"], row["running_percent"]),
                         ("westeurope", "Ready", "GP_Gen5", "GeneralPurpose", 8, 1024, "SQLServer2022", None, None))
        self.assertRegex(row["fqdn"], r"^sqlmi-dr\..+\.database\.windows\.net$")
        self.rig.azure("/_sim/timing", {"license_ms": SLOW})
        held = self.rig.call("license_set", license_type="BasePrice").rows[0]
        self.rig.azure("/_sim/timing", {"license_ms": 100})
        row = self.rig.call("instance_get").rows[0]
        self.assertEqual((row["running_operation"], row["running_state"]), ("UPDATE MANAGED SERVER", "InProgress"))
        self.assertDone(self.rig.call("operation_cancel", operation_id=held["operation_id"]))
        self.rig.wait_operation(held["operation_id"], "Canceled")

    def test_without_the_permission_to_see_operations(self):
        self.rig.azure("/_sim/permissions", {"permissions": [
            {"actions": ["*"], "notActions": ["Microsoft.Sql/managedInstances/operations/read"]}]})
        answer = self.rig.call("instance_get")
        self.rig.azure("/_sim/permissions", {"permissions": []})
        self.assertDone(answer)
        self.assertEqual((answer.rows[0]["state"], answer.rows[0]["running_operation"]), ("Ready", None))
        self.assertTrue(any("operations/read" in m["text"] for m in answer.messages), answer.messages)


class Network(SharedRigCase):
    def test_ports(self):
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            listener.listen()
            port = listener.getsockname()[1]
            row = self.rig.call("network_test", host="127.0.0.1", port=port).rows[0]
            self.assertEqual((row["name"], row["address"], row["port"], row["error"]),
                             ("127.0.0.1", "127.0.0.1", port, None))
            self.assertGreaterEqual(row["connect_ms"], 0)
            rows = self.rig.call("network_test", host="localhost", port=port).rows
            self.assertIn(None, [row["error"] for row in rows if row["address"] == "127.0.0.1"])
        row = self.rig.call("network_test", host="127.0.0.1", port=port).rows[0]
        self.assertIsNone(row["connect_ms"])
        self.assertRegex(row["error"], "refused")
        self.assertEqual(self.rig.requests(), [], "a host that is given is not asked of Azure")

    def test_names(self):
        answer = self.rig.call("network_test", host="no-such-host.invalid")
        self.assertDone(answer)
        row = answer.rows[0]
        self.assertEqual((row["name"], row["address"], row["port"], row["connect_ms"]),
                         ("no-such-host.invalid", None, 5022, None))
        self.assertTrue(row["error"])
        hosts = ("a b", "host:1433", "http://x", "-x", "a,1433")
        for answer in self.rig.calls("network_test", [{"host": host} for host in hosts]):
            self.assertRefused(answer, 50554, "@host")
        self.assertRefused(self.rig.call("network_test", port=0), 50554, "@port", "1 to 65535")

    def test_the_instance_itself(self):
        row = self.rig.call("network_test", timeout_seconds=60).rows[0]
        self.assertRegex(row["name"], r"^sqlmi-dr\.")
        self.assertEqual(row["port"], 5022)
        self.assertEqual(len(self.rig.requests("instance.get")), 1)


class Health(SharedRigCase):
    azure = scenario(link(), instance={"certificates": [{"name": "SqlServer"}]})
    configuration = {"instances": [configured("dr")]}

    def health(self):
        answer = self.rig.call("health", timeout_seconds=120)
        self.assertDone(answer)
        self.assertEqual(answer.columns, ["area", "check_name", "status", "evidence", "action"])
        return answer.rows

    def not_ok(self):
        return [(r["area"], r["check_name"], r["status"]) for r in self.health() if r["status"] != "OK"]

    def test_all_is_well(self):
        rows = self.health()
        bad = [r for r in rows if r["status"] != "OK" and r["area"] != "configuration" and r["check_name"] != "disk"]
        self.assertEqual(bad, [])
        self.assertTrue(all(r["evidence"] for r in rows), rows)
        self.assertTrue(all(r["action"] is None for r in rows if r["status"] == "OK"), rows)
        self.assertTrue({("identity", "token"), ("instance dr", "azure"), ("instance dr", "permissions"),
                         ("instance dr", "links"), ("agent", "journal"), ("agent", "audit trail"),
                         ("agent", "operations"), ("clock", "skew"), ("instance dr", "certificate of sales-link")}
                        <= {(r["area"], r["check_name"]) for r in rows}, rows)
        self.assertNothingSent()

    def test_a_missing_permission_is_named(self):
        missing = {"Microsoft.Sql/managedInstances/distributedAvailabilityGroups/failover/action",
                   "Microsoft.Sql/managedInstances/databases/delete"}
        self.rig.azure("/_sim/permissions", {"permissions": [{"actions": ["*"], "notActions": sorted(missing)}]})
        rows = [r for r in self.health() if r["check_name"] == "permissions"]
        self.rig.azure("/_sim/permissions", {"permissions": []})
        self.assertEqual({r["evidence"].rpartition(" ")[2] for r in rows}, missing)
        self.assertEqual({r["status"] for r in rows}, {"FAIL"})
        self.assertTrue(all("role" in r["action"] for r in rows))

    def test_certificates_that_end(self):
        for ends, status in (("2020-01-01T00:00:00Z", "FAIL"), (None, "OK")):
            self.rig.azure("/_sim/link/sales-link", {"certificate_expires_at": ends})
            row = next(r for r in self.health() if r["check_name"] == "certificate of sales-link")
            self.assertEqual(row["status"], status)
            self.assertIn("SqlServer expires 20", row["evidence"])

    def test_an_instance_that_is_not_there(self):
        self.assertRefused(self.rig.call("health", instance="prod"), 50556, "prod")
        self.assertDone(self.rig.call("health", instance="DR", timeout_seconds=120))


class Ending(SharedRigCase):
    """A certificate that ends soon, and a clock that is wrong."""

    azure = scenario(link(), instance={"certificates": [{"name": "SqlServer", "days": 10}]},
                     timing={"clock_skew_seconds": 200})
    configuration = {"instances": [configured("dr", ["read"])]}

    def test_both_are_seen(self):
        rows = {r["check_name"]: r for r in self.rig.call("health", timeout_seconds=120).rows}
        self.assertEqual(rows["certificate of sales-link"]["status"], "WARN")
        self.assertIn("xp_milink_certificate_put", rows["certificate of sales-link"]["action"])
        self.assertEqual(rows["skew"]["status"], "WARN")
        self.assertRegex(rows["skew"]["evidence"], r"(19\d|20\d) s behind Azure's")
        self.assertIn("clock", rows["skew"]["action"])
        self.assertIn("clock.skewed", self.rig.text("agent.log"))
        self.rig.azure("/_sim/timing", {"clock_skew_seconds": -1000})
        self.rig.call("link_list")
        rows = {r["check_name"]: r for r in self.rig.call("health", timeout_seconds=120).rows}
        self.assertEqual(rows["skew"]["status"], "FAIL")
        self.assertIn("ahead of Azure's", rows["skew"]["evidence"])


if __name__ == "__main__":
    rig.main()
