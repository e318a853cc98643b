#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Azure's custom roles of installer/azure: with a role's actions and no other, its rights work, and what is beyond them is refused."""

import json
import os
import unittest

import rig
from rig import RigCase, link, scenario

AZURE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../installer/azure")


def actions(role):
    with open(os.path.join(AZURE, f"role-{role}.json"), encoding="utf-8") as source:
        return json.load(source)["Actions"]


class RoleCase(RigCase):
    """The agent's own rights are all granted: Azure decides."""

    azure = scenario(link(), link("other-link", role="Secondary"), instance={"license_type": "LicenseIncluded"})

    configuration = {"instances": [{"alias": "dr", "subscription_id": rig.SUBSCRIPTION, "resource_group": "rg-dr",
                                    "managed_instance": "sqlmi-dr",
                                    "rights": ["read", "license", "failover", "forced_failover", "lifecycle", "certificate", "database"]}]}

    def as_role(self, role):
        self.rig.azure("/_sim/permissions", {"permissions": [{"actions": actions(role)}]})

    def assertForbidden(self, name, /, **parameters):
        answer = self.rig.call(name, **parameters)
        if answer.rc == 0:  # a write is answered with its operation
            self.assertEqual((answer.rows[0]["state"], answer.rows[0]["error_number"]), ("Failed", 50604), answer.rows)
        else:
            self.assertRefused(answer, 50604)

    def read_all(self):
        for name, parameters in (("link_list", {}), ("link_get", {"link": "sales-link"}), ("license_get", {}), ("instance_get", {}),
                                 ("certificate_list", {}), ("endpoint_certificate_get", {}), ("database_list", {}),
                                 ("database_get", {"database": "sales"})):
            with self.subTest(name):
                self.assertDone(self.rig.call(name, **parameters))

    def health(self):
        rows = [row for row in self.rig.call("health").rows if "permission" in row["check_name"]]
        self.assertTrue(rows)
        return rows

    def change_license(self):
        row = self.rig.call("license_set", license_type="BasePrice", wait_seconds=60).rows[0]
        self.assertEqual(row["state"], "Succeeded", row)

    def fail_over(self):
        row = self.rig.call("link_failover", link="sales-link", failover_type="Planned", wait_seconds=60).rows[0]
        self.assertEqual(row["state"], "Succeeded", row)


class Reader(RoleCase):
    def test_it_reads_and_changes_nothing(self):
        self.as_role("reader")
        self.read_all()
        self.assertForbidden("license_set", license_type="BasePrice", wait_seconds=60)
        self.assertForbidden("link_failover", link="sales-link", failover_type="Planned", wait_seconds=60)
        self.assertForbidden("link_delete", link="other-link", confirm="DELETE other-link", wait_seconds=60)


class Failover(RoleCase):
    def test_it_fails_over_and_no_more(self):
        self.as_role("failover")
        self.read_all()
        self.fail_over()
        self.assertForbidden("license_set", license_type="BasePrice", wait_seconds=60)
        self.assertForbidden("link_delete", link="other-link", confirm="DELETE other-link", wait_seconds=60)


class Operator(RoleCase):
    def test_it_changes_the_licence_too_and_deletes_nothing(self):
        self.as_role("operator")
        self.read_all()
        self.change_license()
        self.fail_over()
        self.assertForbidden("link_delete", link="other-link", confirm="DELETE other-link", wait_seconds=60)


class Administrator(RoleCase):
    def test_it_does_all_and_health_misses_nothing(self):
        self.as_role("administrator")
        self.read_all()
        self.change_license()
        self.fail_over()
        row = self.rig.call("link_delete", link="other-link", confirm="DELETE other-link", wait_seconds=60).rows[0]
        self.assertEqual(row["state"], "Succeeded", row)
        for row in self.health():
            self.assertEqual(row["status"], "OK", row)


class Shape(unittest.TestCase):
    def test_each_role_has_what_the_one_before_has(self):
        sets = [set(actions(role)) for role in ("reader", "failover", "operator", "administrator")]
        for less, more in zip(sets, sets[1:]):
            self.assertLess(less, more)
        self.assertFalse([action for action in sets[-1] if action.endswith("/*") or action == "*"])
        self.assertNotIn("Microsoft.Sql/managedInstances/write", sets[1], "writing the instance is more than failing over")
        self.assertFalse([action for action in sets[0] if not action.endswith("/read")], "the reader only reads")


if __name__ == "__main__":
    rig.main()
