#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The life of a link from T-SQL: certificates both ways, creation, change, deletion, what it leaves; instances; cancelling."""

import subprocess
import unittest

import rig
from rig import RigCase, link, scenario, wait_for

RIGHTS = ["read", "license", "failover", "forced_failover", "lifecycle", "certificate", "database"]
PASSWORD = "Tr0ub4dor&3-\"Tr0ub4dor\\"
FAST = {"link_create_ms": 50, "seeding_ms": 50, "link_update_ms": 50, "link_delete_ms": 50, "certificate_ms": 50,
        "database_ms": 50, "instance_create_ms": 100, "license_ms": 50, "cancel_ms": 50, "retry_after_seconds": 1}


def instance(alias, name, rights=None):
    return {"alias": alias, "subscription_id": rig.SUBSCRIPTION, "resource_group": "rg-dr",
            "managed_instance": name, "rights": rights or RIGHTS}


class Lifecycle(RigCase):
    azure = scenario(link("hr-link", "Secondary", databases=[{"name": "hr"}]), timing=FAST,
                     instance={"databases": [{"name": "leftover"},
                                             {"name": "replayed", "status": "Restoring"}]})
    configuration = {"instances": [instance("dr", "sqlmi-dr"), instance("later", "sqlmi-new")]}

    def create(self, name="sales_link", databases="sales", **more):
        given = {"instance": "dr", "link": name, "databases": databases, "partner_ag": "AG_BOX",
                 "partner_endpoint": "TCP://sql01.example.net:5022", "instance_ag": "AG_MI"}
        return self.rig.call("link_create", **{**given, **more})

    def new_certificate(self, name="BOX"):
        """A certificate as SQL Server makes its own, in hexadecimal digits."""
        command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                   "-keyout", "/dev/null", "-subj", f"/CN=Certificate for {name}", "-days", "30", "-outform", "DER"]
        made = subprocess.run(command, capture_output=True, check=True)
        return made.stdout.hex().upper()

    def put(self, name, digits):
        return self.rig.execute(f"EXEC xp_milink_certificate_put @instance = N'dr', @name = N'{name}', "
                                f"@public_key = 0x{digits}, @wait_seconds = 30;")

    def assertSucceeded(self, answer, *texts):
        self.assertDone(answer)
        self.assertEqual(answer.rows[0]["state"], "Succeeded", answer.rows[0])
        for text in texts:
            self.assertIn(text, answer.rows[0]["detail"])
        return answer.rows[0]

    def test_a_link_from_certificates_to_deletion(self):
        call = self.rig.call
        self.assertRefused(self.create(), 50582, "xp_milink_certificate_put")
        digits = self.new_certificate()
        self.assertSucceeded(self.put("Cert_BOX", digits), "Certificate Cert_BOX.")
        self.assertSucceeded(self.put("Cert_BOX", digits), "already")
        self.assertRefused(self.put("Cert_BOX", self.new_certificate()), 50578, "thumbprint")
        listed = call("certificate_list", instance="dr").rows
        self.assertEqual([row["name"] for row in listed], ["Cert_BOX"])
        self.assertIn("Certificate for BOX", listed[0]["subject"])

        created = self.assertSucceeded(self.create(wait_seconds=30), "xp_milink_link_get")
        self.assertEqual(created["link"], "sales_link")
        self.assertRefused(self.create(), 50578, "sales_link")
        self.assertSucceeded(call("link_update", instance="dr", link="sales_link", replication_mode="Sync",
                                  wait_seconds=30))
        self.assertEqual(call("link_get", instance="dr", link="sales_link").rows[0]["replication_mode"], "Sync")
        wait_for(lambda: call("link_get", instance="dr", link="sales_link").rows[0]["health"] == "HEALTHY", "seeded")
        self.assertRefused(call("database_delete", instance="dr", database="sales", confirm="DELETE sales"),
                           50581, "sales_link")
        self.assertRefused(call("certificate_delete", instance="dr", name="Cert_BOX"), 50583, "-link of dr")

        self.assertRefused(call("link_delete", instance="dr", link="sales_link"), 50559, "DELETE sales_link")
        for text in ("DROP AVAILABILITY GROUP", "no such link"):
            self.assertSucceeded(call("link_delete", instance="dr", link="sales_link", confirm="DELETE sales_link",
                                      wait_seconds=30), text)
        self.assertRefused(self.create(), 50578, "xp_milink_database_delete")
        for text in ("Database sales.", "no such database"):
            self.assertSucceeded(call("database_delete", instance="dr", database="sales", confirm="DELETE sales",
                                      wait_seconds=30), text)
        self.assertSucceeded(call("certificate_delete", instance="dr", name="Cert_BOX", force=1, wait_seconds=30))

    def test_the_instances_certificate_comes_as_bytes(self):
        answer = self.rig.call("endpoint_certificate_get", instance="dr")
        self.assertDone(answer)
        row = answer.rows[0]
        key = row["public_key"].removeprefix("0x")
        shown = subprocess.run(["openssl", "x509", "-inform", "DER", "-noout", "-fingerprint", "-sha1"],
                               input=bytes.fromhex(key), capture_output=True, check=True).stdout.decode()
        self.assertEqual(shown.strip().rsplit("=", 1)[1].replace(":", ""), row["thumbprint"])
        self.assertEqual(row["name"], "DATABASE_MIRRORING")

    def test_what_if_shows_and_sends_nothing(self):
        self.put("Cert_BOX", self.new_certificate())
        before = len(self.rig.requests())
        answer = self.create(databases="it's]", what_if=1)
        self.assertDone(answer)
        self.assertIn('"databaseName":"it\'s]"', answer.rows[0]["detail"])
        self.assertEqual({r["method"] for r in self.rig.requests()[before:]}, {"GET"})

    def test_databases_and_the_replay_of_backups(self):
        call = self.rig.call
        names = {row["name"]: row["status"] for row in call("database_list", instance="dr").rows}
        self.assertEqual(names["leftover"], "Online")
        self.assertEqual(call("database_get", instance="dr", database="replayed").rows[0]["status"], "Restoring")
        self.assertEqual(call("database_restore_get", instance="dr", database="replayed").rows[0]["database_name"],
                         "replayed")
        self.assertRefused(call("database_get", instance="dr", database="nowhere"), 50601, "no such database")
        self.assertSucceeded(call("database_restore_complete", instance="dr", database="replayed",
                                  last_backup_name="log_9.trn", wait_seconds=30))
        self.assertEqual(call("database_get", instance="dr", database="replayed").rows[0]["status"], "Online")

    def test_an_instance_is_created_with_the_benefit(self):
        call = self.rig.call
        given = {"instance": "later", "location": "westeurope", "sku": "GP_Gen5", "v_cores": 8, "storage_gb": 1024,
                 "subnet_id": f"/subscriptions/{rig.SUBSCRIPTION}/resourceGroups/rg-dr/providers/Microsoft.Network/"
                              "virtualNetworks/vnet1/subnets/mi", "admin_login": "dba", "admin_secret": "mi-admin"}
        self.assertRefused(call("instance_get", instance="later"), 50601, "xp_milink_instance_create")
        self.assertRefused(call("instance_create", **given), 50576, "mi-admin")
        self.rig.secrets.append(PASSWORD)
        subprocess.run(self.rig.command(rig.OPTIONS.agent, "secret", "set", "mi-admin", "--config",
                                        self.rig.path("agent.json")), input=PASSWORD.encode(), check=True,
                       capture_output=True, env=self.rig.environment)
        self.assertIn("<secret>", call("instance_create", what_if=1, **given).rows[0]["detail"])
        self.assertSucceeded(call("instance_create", wait_seconds=60, **given))
        row = call("instance_get", instance="later").rows[0]
        self.assertEqual((row["hybrid_secondary_usage"], row["v_cores"]), ("Passive", 8))
        self.assertRefused(call("instance_create", **given), 50578, "sqlmi-new")

    def test_the_network_test_names_the_port(self):
        answer = self.rig.call("network_test", instance="dr", host="127.0.0.1", port=self.rig.port)
        self.assertDone(answer)
        self.assertEqual((answer.rows[0]["port"], answer.rows[0]["error"]), (self.rig.port, None))


class Several(RigCase):
    azure = scenario(timing=FAST, instance={"certificates": [{"name": "Cert_BOX"}]})
    configuration = {"instances": [instance("dr", "sqlmi-dr")], "api_version": "2026-08-01-preview"}
    specified = False  # Microsoft's files of this version are not at hand

    def test_a_link_of_several_databases(self):
        call = self.rig.call
        made = call("link_create", link="shop-link", databases="sales, hr", partner_ag="AG_BOX", instance_ag="AG_MI",
                    partner_endpoint="TCP://sql01.example.net:5022", wait_seconds=30)
        self.assertDone(made)
        self.assertEqual(made.rows[0]["state"], "Succeeded", made.rows[0])

        def rows():
            return [(row["database_name"], row["link_mode"]) for row in call("link_get", link="shop-link").rows]

        self.assertEqual(rows(), [("sales", "MultiDatabase"), ("hr", "MultiDatabase")])
        wait_for(lambda: all(row["health"] == "HEALTHY" for row in call("link_get", link="shop-link").rows), "seeded")
        self.assertRefused(call("link_update", link="shop-link", databases="sales"), 50559, "leaves out hr",
                           "REMOVE 1 FROM shop-link")
        left = call("link_update", link="shop-link", databases="sales", confirm="REMOVE 1 FROM shop-link",
                    wait_seconds=30)
        self.assertDone(left)
        self.assertEqual(left.rows[0]["state"], "Succeeded", left.rows[0])
        self.assertEqual(rows(), [("sales", "MultiDatabase")])


class Cancelling(RigCase):
    azure = scenario(timing={**FAST, "license_ms": 600000})
    configuration = {"instances": [instance("dr", "sqlmi-dr")]}

    def test_a_change_of_the_licence_is_cancelled(self):
        begun = self.rig.call("license_set", license_type="BasePrice")
        self.assertDone(begun)
        identifier = begun.rows[0]["operation_id"]
        wait_for(lambda: self.rig.call("instance_get").rows[0]["running_operation"], "Azure shows it")
        self.assertDone(self.rig.call("operation_cancel", operation_id=identifier))
        self.rig.wait_operation(identifier, "Canceled")
        self.assertEqual(self.rig.call("operation_cancel", operation_id=identifier).rows[0]["state"], "Canceled")
        self.assertEqual(sum("/cancel" in r["path"] for r in self.rig.requests()), 1)


if __name__ == "__main__":
    rig.main()
