#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Every call of an xp_milink_* procedure that stands in sql/, as it stands there: the adapters of the schema and the runbooks, against the real DLL,
agent and simulator. Names, types and columns cannot drift apart unseen."""

import glob
import os
import re
import subprocess
import unittest

import rig
from rig import Rig, RigCase, SharedRigCase, link, scenario

SQL = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "sql")
CALL = re.compile(r"EXEC @rc = master\.dbo\.(xp_milink_\w+)(.*?);", re.S)
PARAMETER = re.compile(r"(@\w+) = (?:@(\w+))( OUTPUT)?")
INSTANCES = [{"alias": "prod", "subscription_id": rig.SUBSCRIPTION, "resource_group": "rg-dr", "managed_instance": "sqlmi-dr",
              "rights": ["read", "license", "failover", "forced_failover", "lifecycle", "certificate", "database"]}]
WRONG_PARAMETERS = range(50510, 50520)
# What the simulator's world has not, and is refused for that: the call itself was understood.
REFUSED = {"xp_milink_certificate_put", "xp_milink_database_delete", "xp_milink_database_restore_get", "xp_milink_instance_create",
           "xp_milink_link_create", "xp_milink_link_update", "xp_milink_operation_cancel", "xp_milink_operation_get"}


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def certificate():
    """The DER of a certificate of a day."""
    command = "openssl req -x509 -newkey rsa:2048 -nodes -keyout /dev/null -subj /CN=SqlServer -days 1 -outform DER"
    return subprocess.run(command.split(), capture_output=True, check=True).stdout


VALUES = {
    "Instance": "N'prod'", "Link": "N'sales-link'", "FailoverType": "N'Planned'", "ExpectedRole": "NULL", "Confirm": "NULL", "Role": "N'Secondary'",
    "ChangeType": "N'Planned'", "Databases": "N'sales'", "PartnerEndpoint": "N'TCP://box.contoso.com:5022'", "PartnerAg": "N'ag_new'",
    "InstanceAg": "N'ag_new_mi'", "InstanceRole": "NULL", "FailoverMode": "NULL", "SeedingMode": "NULL", "LinkMode": "NULL",
    "ReplicationMode": "N'Sync'", "Force": "0", "LicenseType": "NULL", "HybridSecondaryUsage": "N'Active'", "Location": "N'westeurope'",
    "SubnetId": f"N'/subscriptions/{rig.SUBSCRIPTION}/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/v/subnets/mi'",
    "Sku": "N'GP_Gen5'", "VCores": "4", "StorageGb": "32", "AdminLogin": "N'milinkadmin'", "AdminSecret": "N'admin'", "DatabaseFormat": "NULL",
    "EndpointType": "NULL", "Name": "N'SqlServer'", "PublicKey": None, "Database": "N'sales'", "LastBackupName": "N'log.trn'",
    "OperationId": "N'01234567-89ab-cdef-0123-456789abcdef'", "State": "NULL", "Since": "NULL", "Procedure": "NULL", "Host": "N'127.0.0.1'",
    "Port": "1", "RequestId": "NULL", "WaitSeconds": "0", "Reason": "N'test'", "ChangeRef": "NULL", "WhatIf": "1", "TimeoutSeconds": "NULL",
    "Caller": "N'CONTOSO\\dba'", "SessionId": "53", "ErrorNumber": "NULL", "ErrorCode": "NULL", "ErrorMessage": "NULL"}

MORE = {"xp_milink_link_delete": {"Confirm": "N'DELETE sales-link'", "Force": "1"}, "xp_milink_certificate_delete": {"Force": "1"}}


class Adapters(SharedRigCase):
    """sql/schema/xp: declared as the file declares, called as the file calls."""

    azure = scenario(link(), instance={"certificates": [{"name": "SqlServer"}]})
    configuration = {"instances": INSTANCES}

    def call(self, text):
        types = dict(re.findall(r"^    @(\w+) (n?\w+(?:\(\d+\))?)", text, re.M))
        types.update(re.findall(r"@(\w+) (n?\w+(?:\(\d+\))?)", re.search(r"DECLARE @rc int, (.*?);", text, re.S).group(1)))
        name, arguments = CALL.search(text).groups()
        values = {**VALUES, "PublicKey": "0x" + self.key.hex(), **MORE.get(name, {})}
        declared = ", ".join(f"@{name} {types[name]} = {values[name]}" for name in {m[1] for m in PARAMETER.findall(arguments)})
        return self.rig.execute(f"DECLARE @rc int, {declared};\n{CALL.search(text).group(0)}\n")

    def test_every_adapter(self):
        self.key = certificate()
        files = sorted(glob.glob(os.path.join(SQL, "schema", "xp", "*.sql")))
        called = 0
        for path in files:
            text = read(path)
            if CALL.search(text) is None:
                continue
            name = CALL.search(text).group(1)
            with self.subTest(name):
                answer = self.call(text)
                called += 1
                self.assertNotIn(answer.rc, WRONG_PARAMETERS, answer.outputs)
                self.assertEqual(answer.messages, [], "quiet")
                if answer.rc != 0:
                    self.assertIn(name, REFUSED, answer.outputs)
                    continue
                raw = re.search(r"CREATE TABLE #Raw\w+\n\(\n(.*?)\n\);", text, re.S).group(1)
                self.assertEqual(answer.columns, re.findall(r"^    (\w+) ", raw, re.M))
        self.assertEqual(called, len(files) - 1, "every file but the shape of the operation row")


class Runbooks(RigCase):
    """sql/runbooks: the calls of each, in order, for real."""

    # The role of the instance when the runbook begins.
    ROLES = {"planned-to-azure.sql": "Secondary", "planned-to-sql-server.sql": "Primary", "one-way-to-azure.sql": "Secondary",
             "forced.sql": "Secondary", "licence.sql": "Secondary"}

    def setUp(self):
        pass

    def run_all(self, here, path):
        here.start_azure(scenario(link(role=self.ROLES[os.path.basename(path)]), timing={"retry_after_seconds": 1, "link_delete_ms": 100}))
        here.start_agent(instances=INSTANCES)
        done = 0
        for call in CALL.finditer(read(path)):
            request = rf"N'00000000-0000-4000-8000-{done:012d}'"
            text = f"DECLARE @rc int, @operation_id nvarchar(36), @request_id nvarchar(36) = {request};\n{call.group(0)}\n"
            answer = here.execute(text)
            # What Azure does in the background of an earlier step is waited for, as the runbook says.
            rows = answer.rows
            if rows and "operation_id" in rows[0] and rows[0]["state"] in ("Accepted", "Running"):
                here.wait_operation(rows[0]["operation_id"], "Succeeded")
            self.assertEqual(answer.rc, 0, f"{call.group(0)}: {answer.messages}")
            done += 1
        self.assertGreater(done, 3)

    def test_every_runbook(self):
        files = sorted(glob.glob(os.path.join(SQL, "runbooks", "*.sql")))
        self.assertEqual({os.path.basename(path) for path in files}, set(self.ROLES))
        for path in files:
            with self.subTest(os.path.basename(path)):
                here = Rig() # one at a time: there is one pipe
                try:
                    self.run_all(here, path)
                finally:
                    here.close()


if __name__ == "__main__":
    rig.main()
