#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Proves armsim's resources: links, certificates, databases, instances, permissions, pages, rehearsals."""

import argparse
import hashlib
import json
import os
import re
import ssl
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.parse

import test_armsim
from test_armsim import LINK, LINKS, MI, SLOW, SUBSCRIPTION, VERSION, Armsim, scenario

NEW = LINKS + "/new-link"
NEW_NAME = "new_link"
PREVIEW = "?api-version=2025-08-01-preview"
NEWEST = "?api-version=2026-08-01-preview"
INVALID = "InvalidDistributedAvailabilityGroupsCreateOrUpdateRequest"
TRUSTED = MI + "/serverTrustCertificates"
DATABASES = MI + "/databases"
GROUP = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg-dr"
SPARE = GROUP + "/providers/Microsoft.Sql/managedInstances/sqlmi-new"
PASSWORD = "Tr0ub4dor&3-Tr0ub4dor"
HERE = os.path.dirname(os.path.abspath(__file__))
DOUBLE = os.path.join(HERE, "..", "doubles", "armsim")
VALIDATE = os.path.join(HERE, "..", "specs", "validate")
FAST = {"link_create_ms": 30, "seeding_ms": 60, "link_update_ms": 30, "link_delete_ms": 30, "certificate_ms": 30,
        "database_ms": 30, "instance_create_ms": 60, "license_ms": 30, "cancel_ms": 30, "failover_ms": 30}


def slow(**changes):
    return {**dict.fromkeys(FAST, SLOW), **changes}


def order(**changes):
    """The body of a PUT of a link; None leaves a property out."""
    properties = {"instanceAvailabilityGroupName": "NewMi", "partnerAvailabilityGroupName": "NewBox",
                  "partnerEndpoint": "TCP://sql01:5022", "databases": [{"databaseName": "New"}]}
    properties.update(changes)
    return {"properties": {k: v for k, v in properties.items() if v is not None}}


def instance_body(top=None, **changes):
    properties = {
        "administratorLogin": "dba", "administratorLoginPassword": PASSWORD, "vCores": 8, "storageSizeInGB": 1024,
        "subnetId": GROUP + "/providers/Microsoft.Network/virtualNetworks/vnet1/subnets/mi",
        "licenseType": "LicenseIncluded", "hybridSecondaryUsage": "Passive", "databaseFormat": "SQLServer2022"}
    properties.update(changes)
    body = {"location": "West Europe", "sku": {"name": "GP_Gen5", "tier": "GeneralPurpose"},
            "properties": {k: v for k, v in properties.items() if v is not None}}
    body.update(top or {})
    return {k: v for k, v in body.items() if v is not None}


class Sim(Armsim):
    def put(self, path, body, version=VERSION):
        return self.arm("PUT", path + version, body)

    def delete(self, path):
        return self.arm("DELETE", path + VERSION)

    def change(self, path, body, version=VERSION):
        return self.arm("PATCH", path + version, body)

    def end(self, answer):
        """Follows Azure-AsyncOperation to its end; its last body."""
        assert answer.status in (201, 202), (answer.status, answer.raw)
        url = answer.headers["Azure-AsyncOperation"]
        self.wait(lambda: "endTime" in self.follow(url).body, "the end of the operation")
        return self.follow(url).body

    def succeed(self, answer):
        ended = self.end(answer)
        assert ended["status"] == "Succeeded", ended
        return answer

    def status(self, path):
        return self.get(path).body["properties"]["status"]


class Case(unittest.TestCase):
    def refused(self, answer, status, code):
        self.assertEqual((answer.status, answer.code), (status, code), answer.raw)


class Create(Case):
    def test_seeds_and_synchronizes(self):
        with Sim(scenario(timing={**FAST, "seeding_ms": SLOW})) as sim:
            answer = sim.put(NEW, order())
            self.assertEqual((answer.status, answer.raw), (202, b""))
            self.assertIn("/distributedAvailabilityGroupsOperationResults/", answer.headers["Location"])
            link = sim.link(NEW)
            self.assertEqual(link["databases"][0]["replicaState"], "CreatingLink")
            self.assertRegex(link["databases"][0]["seedingProgress"], r"^\d{1,2}%$")
            self.assertEqual(link["databases"][0]["synchronizationHealth"], "NOT_HEALTHY")
            self.assertEqual((link["instanceLinkRole"], link["partnerLinkRole"], link["failoverMode"],
                              link["seedingMode"], link["replicationMode"]),
                             ("Secondary", "Primary", "None", "Automatic", "Async"))
            self.assertEqual((link["instanceAvailabilityGroupName"], link["partnerAvailabilityGroupName"],
                              link["partnerEndpoint"]), ("NewMi", "NewBox", "TCP://sql01:5022"))
            self.assertNotIn("linkMode", link)
            sim.succeed(answer)
            self.assertEqual(sim.follow(answer.headers["Location"]).body["id"], NEW)
            self.assertEqual(sim.link(NEW)["databases"][0]["replicaState"], "CreatingLink")  # it seeds on
            self.assertEqual(sim.status(DATABASES + "/New"), "Restoring")
            self.refused(sim.change(MI, {"tags": {}}), 400, "OperationCanNotStartDueToMiLink")
        with Sim(scenario(timing={**FAST, "seeding_ms": 500})) as sim:
            sim.put(NEW, order())
            percent = [0]

            def seeded():
                database = sim.link(NEW)["databases"][0]
                if "seedingProgress" in database:
                    percent.append(int(database["seedingProgress"][:-1]))
                return database["replicaState"] == "LinkSynchronizing"

            sim.wait(seeded, "the end of seeding")
            self.assertEqual(percent, sorted(percent))
            database = sim.link(NEW)["databases"][0]
            self.assertNotIn("seedingProgress", database)
            self.assertEqual((database["synchronizationHealth"], database["connectedState"]), ("HEALTHY", "CONNECTED"))
            self.assertEqual(sim.status(DATABASES + "/New"), "Online")
            again = sim.put(NEW, order())
            self.assertEqual((again.status, again.body["name"]), (200, "new-link"))

    def test_body_is_strict(self):
        with Sim(scenario(timing=slow())) as sim:
            for changes, suffix in (
                    ({"instanceAvailabilityGroupName": None}, "InstanceAvailabilityGroupName"),
                    ({"instanceAvailabilityGroupName": ""}, "InstanceAvailabilityGroupName"),
                    ({"partnerAvailabilityGroupName": 5}, "PartnerAvailabilityGroupName"),
                    ({"partnerEndpoint": None}, "PartnerEndpoint"), ({"partnerEndpoint": "sql01"}, "PartnerEndpoint"),
                    ({"partnerEndpoint": "TCP://sql01"}, "PartnerEndpoint"),
                    ({"partnerEndpoint": "TCP://:5022"}, "PartnerEndpoint"),
                    ({"partnerEndpoint": "TCP://sql01:70000"}, "PartnerEndpoint"),
                    ({"databases": None}, "Databases"), ({"databases": []}, "Databases"),
                    ({"databases": [{}]}, "Databases"), ({"databases": [{"databaseName": "a/b"}]}, "Databases"),
                    ({"databases": [{"databaseName": "a", "replicaState": "x"}]}, "Databases"),
                    ({"databases": [{"databaseName": "a"}, {"databaseName": "A"}]}, "Databases"),
                    ({"databases": [{"databaseName": "a"}, {"databaseName": "b"}]}, "Databases"),
                    ({"databases": {"databaseName": "a"}}, "Databases"),
                    ({"seedingMode": "Manual"}, "SeedingMode"), ({"seedingMode": "Auto"}, "SeedingMode"),
                    ({"failoverMode": "Automatic"}, ""), ({"instanceLinkRole": "primary"}, ""),
                    ({"linkMode": "SingleDatabase"}, ""), ({"partnerLinkRole": "Primary"}, ""), ({"x": 1}, "")):
                self.refused(sim.put(NEW, order(**changes)), 400, INVALID + suffix)
            for body in ({}, {"properties": []}, {"name": "x", **order()}):
                self.refused(sim.put(NEW, body), 400, INVALID)
            self.refused(sim.put(LINKS + "/1bad", order()), 400, INVALID)
            self.refused(sim.put(NEW, "{"), 400, "InvalidRequestContent")
            self.assertEqual(sim.state()["operations"], [])

    def test_what_is_in_the_way(self):
        with Sim(scenario(instance={"databases": [{"name": "Old"}], "partner_database_format": "SQLServer2025"},
                          timing=slow())) as sim:
            self.refused(sim.put(NEW, order(partnerAvailabilityGroupName="newmi")), 400,
                         "InstanceAvailabilityGroupNamePartnerAvailabilityGroupNameMatch")
            self.refused(sim.put(NEW, order(instanceAvailabilityGroupName="instanceag")), 400,
                         "CloudLifterChimeraMIAgNameIsAlreadyUsed")
            self.refused(sim.put(NEW, order(partnerAvailabilityGroupName="BoxAg",
                                            partnerEndpoint="tcp://sqlserver.example:5022")), 400,
                         "ManagedInstanceLinkForProvidedAvailabilityGroupsAlreadyExists")
            for name in ("Sales", "old"):
                self.refused(sim.put(NEW, order(databases=[{"databaseName": name}])), 400, "ManagedDatabaseNameInUse")
            self.refused(sim.put(NEW, order(databases=[{"databaseName": "MSDB"}])), 400,
                         "CannotUseReservedDatabaseName")
            self.refused(sim.put(NEW, order(failoverMode="Manual")), 400,
                         "CloudLifterChimeraBoxAndMiOnDifferentDbVersionsFailoverModeManual")
            self.refused(sim.put(NEW, order(instanceLinkRole="Primary")), 400, INVALID + "Databases")
            self.refused(sim.put(NEW, order(instanceLinkRole="Primary", databases=[{"databaseName": "Sales"}])), 400,
                         INVALID + "Databases")
            sim.control("instance/sqlmi-dr", {"require_certificate": True})
            self.refused(sim.put(NEW, order()), 400, "ManagedInstanceLinkCertificateNotFoundOnManagedInstance")
            sim.control("instance/sqlmi-dr", {"state": "Stopped"})
            self.refused(sim.put(NEW, order()), 400, "ManagedInstanceStoppingOrStopped")
            self.assertEqual(sim.state()["operations"], [])

    def test_from_the_instance(self):
        with Sim(scenario(instance={"databases": [{"name": "Old"}]}, timing=FAST)) as sim:
            sim.succeed(sim.put(NEW, order(instanceLinkRole="Primary", failoverMode="Manual",
                                           databases=[{"databaseName": "Old"}])))
            self.assertEqual(sim.link(NEW)["partnerLinkRole"], "Secondary")
            names = [d["name"] for d in sim.get(DATABASES).body["value"]]
            self.assertEqual(sorted(names), ["Old", "Sales"])
            sim.succeed(sim.delete(NEW))
            self.assertEqual(sim.status(DATABASES + "/Old"), "Online")

    def test_fails(self):
        failed = {"status": "Failed", "code": "ManagedInstanceLinkConnectivityIsNotEstablished", "message": "no way",
                  "http_status": 400}
        seeded = {**FAST, "seeding_ms": 1}  # a copy that is whole before the link fails outlives it
        for leaves in (False, True):
            with Sim(scenario(instance={"create_result": failed, "create_leaves_link": leaves}, timing=seeded)) as sim:
                answer = sim.put(NEW, order())
                ended = sim.end(answer)
                self.assertEqual((ended["status"], ended["error"]["code"]), ("Failed", failed["code"]))
                self.refused(sim.follow(answer.headers["Location"]), 400, failed["code"])
                self.assertEqual(sim.get(NEW).status, 200 if leaves else 404)
                if leaves:
                    database = sim.link(NEW)["databases"][0]
                    self.assertEqual((database["replicaState"], database["mostRecentLinkError"],
                                      database["connectedState"]), ("LinkCreationError", "no way", "DISCONNECTED"))
                    sim.succeed(sim.delete(NEW))
                self.assertEqual(sim.get(DATABASES + "/New").status, 200 if leaves else 404)

    def test_answered_201(self):
        with Sim(scenario(timing={**FAST, "created_201": True})) as sim:
            answer = sim.put(NEW, order())
            self.assertEqual((answer.status, answer.body["id"]), (201, NEW))
            self.assertIn("Location", answer.headers)
            sim.succeed(answer)

    def test_many_databases(self):
        both = [{"databaseName": "A"}, {"databaseName": "B"}]
        with Sim(scenario(timing=FAST)) as sim:
            self.refused(sim.put(LINKS + "/New_Link", order(databases=both, linkMode="MultiDatabase"), PREVIEW), 400,
                         "InvalidMultiDbDistributedAvailabilityGroupName")
            sim.succeed(sim.put(NEW, order(databases=both, linkMode="MultiDatabase"), PREVIEW))
            self.assertEqual(sim.get(NEW + PREVIEW).body["properties"]["linkMode"], "MultiDatabase")
            self.assertNotIn("linkMode", sim.link(NEW))
            self.assertEqual([d["databaseName"] for d in sim.link(NEW)["databases"]], ["A", "B"])

    def test_again_after_deletion(self):
        with Sim(scenario(timing={**FAST, "seeding_ms": 0})) as sim:
            sim.succeed(sim.put(NEW, order()))
            first = sim.link(NEW)["distributedAvailabilityGroupId"]
            sim.succeed(sim.delete(NEW))
            self.refused(sim.put(NEW, order()), 400, "ManagedDatabaseNameInUse")  # its copy stayed
            sim.succeed(sim.delete(DATABASES + "/New"))
            self.assertEqual(sim.get(DATABASES + "/New").status, 404)
            sim.succeed(sim.put(NEW, order()))
            self.assertNotEqual(sim.link(NEW)["distributedAvailabilityGroupId"], first)
            self.assertEqual(sim.control("instance/sqlmi-dr", {"v_cores": 16}).status, 200)
            self.assertEqual(sim.control("link/new-link", {"replica_state": "Catchup"}).status, 200)
            self.assertEqual(sim.link(NEW)["databases"][0]["replicaState"], "Catchup")


    def test_while_it_is_created(self):
        with Sim(scenario(timing=slow())) as sim:
            sim.put(NEW, order())
            self.refused(sim.failover("ForcedAllowDataLoss", NEW), 409, "ManagedInstanceIsBusy")
            self.refused(sim.delete(NEW), 409, "ManagedInstanceIsBusy")
            self.assertEqual(sim.put(NEW, order()).status, 200)
            self.refused(sim.put(LINKS + "/other", order()), 400,
                         "ManagedInstanceLinkForProvidedAvailabilityGroupsAlreadyExists")


class Change(Case):
    def test_replication_mode(self):
        with Sim(scenario(timing=FAST)) as sim:
            answer = sim.change(LINK, {"properties": {"replicationMode": "Sync"}})
            sim.succeed(answer)
            self.assertEqual(sim.link()["replicationMode"], "Sync")
            self.assertEqual(sim.follow(answer.headers["Location"]).body["properties"]["replicationMode"], "Sync")
        with Sim(scenario(timing={"link_update_ms": 0})) as sim:
            answer = sim.change(LINK, {"properties": {"replicationMode": "Sync"}})
            self.assertEqual((answer.status, answer.body["properties"]["replicationMode"]), (200, "Sync"))

    def test_refused(self):
        with Sim(scenario(timing=slow())) as sim:
            for body in ({}, {"properties": {"replicationMode": "sync"}}, {"properties": {"failoverMode": "None"}},
                         {"properties": {"instanceLinkRole": "Primary"}},
                         {"properties": {"databases": [{"databaseName": "A"}]}}):
                self.refused(sim.change(LINK, body), 400, INVALID)
            self.assertEqual(sim.change(NEW, {"properties": {}}).status, 404)
            self.assertEqual(sim.change(LINK, {"properties": {"replicationMode": "Sync"}}).status, 202)
            self.refused(sim.change(LINK, {"properties": {"replicationMode": "Async"}}), 409, "ManagedInstanceIsBusy")
            self.refused(sim.delete(LINK), 409, "ManagedInstanceIsBusy")
            self.assertEqual(sim.link()["databases"][0]["replicaState"], "LinkSynchronizing")

    def test_fails(self):
        with Sim(scenario(link={"update_result": {"status": "Failed"}}, timing=FAST)) as sim:
            self.assertEqual(sim.end(sim.change(LINK, {"properties": {"replicationMode": "Sync"}}))["status"], "Failed")
            self.assertEqual(sim.link()["replicationMode"], "Async")

    def test_databases(self):
        wrong = "InvalidMultiDbDistributedAvailabilityGroupDatabasesRequest"
        with Sim(scenario(link={"databases": [{"name": "A"}, {"name": "B"}]}, timing=FAST)) as sim:
            def change(*names):
                return sim.change(LINK, {"properties": {"databases": [{"databaseName": n} for n in names]}}, NEWEST)

            self.refused(change(), 400, wrong)
            self.refused(change("A", "a"), 400, wrong)
            sim.succeed(change("a", "C"))
            self.assertEqual([d["databaseName"] for d in sim.link()["databases"]], ["A", "C"])
            self.assertEqual(sim.status(DATABASES + "/B"), "Online")
            self.refused(change("A", "C", "B"), 400, "ManagedDatabaseNameInUse")
            sim.wait(lambda: sim.link()["databases"][1]["replicaState"] == "LinkSynchronizing", "C seeded")
            sim.succeed(sim.delete(DATABASES + "/B"))
            sim.succeed(change("A", "C", "B"))
        with Sim(scenario()) as sim:
            self.refused(sim.change(LINK, {"properties": {"databases": [{"databaseName": "A"}]}}, NEWEST), 400, wrong)

    def test_said_to_be_initiated(self):
        with Sim(scenario(link={"instance_role": "Primary"}, timing={**FAST, "initiated_200": True})) as sim:
            for call in (lambda: sim.change(LINK, {"properties": {"replicationMode": "Sync"}}),
                         lambda: sim.failover("Planned")):
                answer = call()
                self.assertEqual(answer.status, 200)
                self.assertFalse({"Location", "Azure-AsyncOperation"} & set(answer.headers))
                self.assertEqual(answer.body["properties"]["instanceLinkRole"], "Primary")
                sim.wait(lambda: all(o["status"] != "InProgress" for o in sim.state()["operations"]), "its end")
            self.assertEqual((sim.link()["replicationMode"], sim.link()["instanceLinkRole"]), ("Sync", "Secondary"))
            answer = sim.delete(LINK)
            self.assertEqual((answer.status, answer.raw), (200, b""))
            sim.wait(lambda: sim.get(LINK).status == 404, "the link gone")


class Delete(Case):
    def test_leaves_the_database(self):
        with Sim(scenario(timing=FAST)) as sim:
            self.refused(sim.delete(DATABASES + "/Sales"), 409, "OperationCanNotStartDueToMiLink")
            answer = sim.delete(LINK)
            self.assertIn("location", answer.headers.keys())  # the case of the specification's example
            sim.succeed(answer)
            self.assertEqual(sim.follow(answer.headers["Location"]).status, 204)
            self.assertEqual(sim.get(LINK).status, 404)
            self.assertEqual(sim.get(LINKS).body["value"], [])
            self.assertEqual(sim.delete(LINK).status, 204)
            self.assertEqual(sim.status(DATABASES + "/Sales"), "Online")
            sim.succeed(sim.delete(DATABASES + "/Sales"))
            self.assertEqual(sim.delete(DATABASES + "/Sales").status, 204)
            self.assertEqual(sim.get(DATABASES).body["value"], [])

    def test_while_it_seeds(self):
        with Sim(scenario(timing={**FAST, "seeding_ms": SLOW})) as sim:
            sim.succeed(sim.put(NEW, order()))
            sim.succeed(sim.delete(NEW))
            self.assertEqual(sim.get(DATABASES + "/New").status, 404)  # half a copy does not stay

    def test_takes_time_and_fails(self):
        with Sim(scenario(timing=slow())) as sim:
            answer = sim.delete(LINK)
            self.assertEqual(answer.status, 202)
            self.assertEqual(sim.get(LINK).status, 200)
            self.assertEqual(sim.follow(answer.headers["Location"]).status, 202)
        with Sim(scenario(link={"delete_result": {"status": "Failed"}}, timing=FAST)) as sim:
            self.assertEqual(sim.end(sim.delete(LINK))["status"], "Failed")
            self.assertEqual(sim.get(LINK).status, 200)


class Certificates(Case):
    @classmethod
    def setUpClass(cls):
        cls.blobs = []
        with tempfile.TemporaryDirectory() as directory:
            for name in ("one", "two"):
                path = os.path.join(directory, name)
                subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30", "-subj",
                                "/CN=" + name, "-keyout", path + ".key", "-out", path], check=True,
                               stderr=subprocess.DEVNULL)
                with open(path, encoding="ascii") as file:
                    cls.blobs.append(ssl.PEM_cert_to_DER_cert(file.read()).hex())

    def thumbprint(self, blob):
        return hashlib.sha1(bytes.fromhex(blob)).hexdigest().upper()

    def upload(self, sim, name, blob):
        return sim.put(TRUSTED + "/" + name, {"properties": {"publicBlob": blob}})

    def test_uploaded_and_deleted(self):
        one, two = self.blobs
        with Sim(scenario(timing=FAST)) as sim:
            answer = self.upload(sim, "box", "0x" + one)
            self.assertIn("/serverTrustCertificatesOperationResults/", answer.headers["Location"])
            sim.succeed(answer)
            body = sim.get(TRUSTED + "/BOX").body
            self.assertEqual(set(body), {"id", "name", "type", "properties"})
            self.assertEqual(body["type"], "Microsoft.Sql/managedInstances/serverTrustCertificates")
            self.assertEqual(body["properties"], {"publicBlob": "0x" + one, "certificateName": "box",
                                                  "thumbprint": self.thumbprint(one)})
            self.assertEqual(sim.follow(answer.headers["Location"]).body, body)
            self.assertEqual(sim.get(TRUSTED).body, {"value": [body]})
            self.assertEqual(self.upload(sim, "box", one.upper()).status, 200)
            self.refused(self.upload(sim, "box", two), 400, "CertificateAlreadyExists")
            self.refused(self.upload(sim, "other", one), 400, "CertificateAlreadyExists")
            validity = sim.link()["databases"][0]["partnerAuthCertValidity"]
            self.assertEqual(validity["certificateName"], "box")
            expires = time.mktime(time.strptime(validity["expiryDate"], "%Y-%m-%dT%H:%M:%SZ")) - time.timezone
            self.assertAlmostEqual(expires, time.time() + 30 * 86400, delta=3600)
            sim.succeed(sim.delete(TRUSTED + "/box"))
            self.assertEqual(sim.get(TRUSTED + "/box").status, 404)
            self.assertEqual(sim.delete(TRUSTED + "/box").status, 204)
            sim.control("instance/sqlmi-dr", {"v_cores": 16})  # brings nothing back
            self.assertEqual(sim.get(TRUSTED).body["value"], [])
            self.assertNotIn("partnerAuthCertValidity", sim.link()["databases"][0])
            sim.succeed(self.upload(sim, "box", two))

    def test_refused(self):
        one, two = self.blobs
        with Sim(scenario(timing=slow())) as sim:
            for blob, code in ((None, "MissingPublicBlob"), ("", "MissingPublicBlob"), (5, "MissingPublicBlob"),
                               ("0x", "InvalidPublicBlob"), ("0xZZ", "InvalidPublicBlob"),
                               (one[:-1], "InvalidPublicBlob"),
                               (one[:-2], "InvalidPublicBlob"), (one + "00", "InvalidPublicBlob"),
                               ("30", "InvalidPublicBlob")):
                self.refused(self.upload(sim, "box", blob), 400, code)
            self.refused(sim.put(TRUSTED + "/box", {"properties": {"publicBlob": one, "thumbprint": "x"}}), 400,
                         "InvalidRequestContent")
            self.refused(sim.put(TRUSTED + "/box", {}), 400, "MissingPublicBlob")
            self.assertEqual(self.upload(sim, "box", one).status, 202)
            self.assertEqual(sim.get(TRUSTED + "/box").status, 404)  # not yet
            self.refused(self.upload(sim, "box", two), 400, "CertificateAlreadyExists")
        with Sim(scenario(instance={"certificate_result": {"status": "Failed"}}, timing=FAST)) as sim:
            self.assertEqual(sim.end(self.upload(sim, "box", one))["status"], "Failed")
            self.assertEqual(sim.get(TRUSTED).body["value"], [])

    def test_of_a_scenario(self):
        given = [{"name": "made", "days": -1}, {"name": "given", "public_blob": self.blobs[0]}]
        with Sim(scenario(instance={"certificates": given, "require_certificate": True}, timing=FAST)) as sim:
            made, mine = [c["properties"] for c in sim.get(TRUSTED).body["value"]]
            self.assertEqual(made["thumbprint"], self.thumbprint(made["publicBlob"]))
            self.assertEqual(mine["thumbprint"], self.thumbprint(self.blobs[0]))
            validity = sim.link()["databases"][0]["partnerAuthCertValidity"]
            self.assertEqual(validity["certificateName"], "made")
            self.assertLess(validity["expiryDate"], time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()))
            sim.control("link/sales-link", {"certificate_name": "given"})
            self.assertGreater(sim.link()["databases"][0]["partnerAuthCertValidity"]["expiryDate"],
                               time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()))
            sim.succeed(sim.put(NEW, order()))
        with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
            json.dump(scenario(instance={"certificates": [{"name": "bad", "public_blob": "30"}]}), file)
            file.flush()
            wrong = subprocess.run([test_armsim.ARGUMENTS.armsim, "--scenario", file.name, "--cert", "x", "--key", "x"],
                                   capture_output=True, text=True, timeout=20, check=False)
            self.assertEqual(wrong.returncode, 2)
            self.assertIn("bad: public_blob", wrong.stderr)

    def test_of_the_endpoints(self):
        with Sim(scenario(instance={"endpoint_certificates": [
                {"name": "DATABASE_MIRRORING", "public_blob": self.blobs[0]}]})) as sim:
            path = MI + "/endpointCertificates"
            page = sim.get(path).body["value"]
            self.assertEqual({c["name"] for c in page}, {"DATABASE_MIRRORING", "SERVICE_BROKER"})
            body = sim.get(path + "/database_mirroring").body
            self.assertEqual(body["properties"], {"publicBlob": "0x" + self.blobs[0]})
            self.assertEqual(body["type"], "Microsoft.Sql/managedInstances/endpointCertificates")
            made = sim.get(path + "/SERVICE_BROKER" + NEWEST).body["properties"]
            self.assertEqual(made["trustedRootCertificates"][0]["subject"], "CN=SERVICE_BROKER")
            ssl.DER_cert_to_PEM_cert(bytes.fromhex(made["publicBlob"][2:]))
            self.assertEqual(sim.get(path + "/OTHER").status, 404)


class Databases(Case):
    RESTORING = {"name": "Lrs", "status": "Restoring", "last_backup_name": "log_7.trn",
                 "restore": {"numberOfFilesDetected": 7, "blockReason": "none"}}

    def complete(self, sim, name, database="Lrs"):
        return sim.arm("POST", f"{DATABASES}/{database}/completeRestore{VERSION}", {"lastBackupName": name})

    def test_members(self):
        info = {"inaccessibilityReasonErrorCode": "41905", "inaccessibilityReasonDescription": "link broken",
                "inaccessibilityReasonKind": "DatabaseReplication"}
        with Sim(scenario(instance={"databases": [
                {"name": "Lost", "status": "Inaccessible", "extended_accessibility": info,
                 "creation_date": "2026-01-01T00:00:00Z", "earliest_restore_point": "2026-01-02T00:00:00Z"}]})) as sim:
            properties = sim.get(DATABASES + "/Lost").body["properties"]
            self.assertEqual(properties["extendedAccessibilityInfo"], info)
            self.assertEqual(properties["creationDate"], "2026-01-01T00:00:00Z")
            self.assertEqual(properties["earliestRestorePoint"], "2026-01-02T00:00:00Z")
            page = sim.get(MI + "/inaccessibleManagedDatabases").body["value"]
            self.assertEqual([d["name"] for d in page], ["Lost"])

    def test_restore(self):
        with Sim(scenario(instance={"databases": [self.RESTORING, {"name": "Own"}]}, timing=FAST)) as sim:
            details = sim.get(DATABASES + "/Lrs/restoreDetails/Default").body
            self.assertEqual(details["name"], "Default")
            self.assertEqual(details["properties"]["lastRestoredFileName"], "log_7.trn")
            self.assertEqual(details["properties"]["numberOfFilesDetected"], 7)
            self.assertEqual(details["properties"]["blockReason"], "none")
            for name in ("Own", "Sales"):
                self.refused(sim.get(f"{DATABASES}/{name}/restoreDetails/Default"), 400,
                             "RestoreDetailsNotAvailableOrExpired")
                self.refused(self.complete(sim, "x", name), 400, "ManagedDatabaseNotInRestoringState")
            self.assertEqual(self.complete(sim, "x", "none").status, 404)
            self.refused(self.complete(sim, "log_6.trn"), 400, "RequiredBackupIsNotLastRestored")
            self.refused(self.complete(sim, ""), 400, "InvalidRequestContent")
            answer = self.complete(sim, "log_7.trn")
            self.assertEqual(answer.status, 202)
            sim.succeed(answer)
            self.assertEqual(sim.status(DATABASES + "/Lrs"), "Online")
            self.refused(self.complete(sim, "log_7.trn"), 400, "ManagedDatabaseNotInRestoringState")
            self.assertEqual(sim.follow(answer.headers["Location"]).status, 200)

    def test_restore_ends_badly(self):
        failing = dict(self.RESTORING, restore_result={"status": "Failed", "code": "SqlRestoreError"})
        with Sim(scenario(instance={"databases": [failing]}, timing=slow())) as sim:
            self.complete(sim, "log_7.trn")
            self.refused(self.complete(sim, "log_7.trn"), 400, "ExternalBackupAlreadySignaledToComplete")
            self.refused(sim.delete(DATABASES + "/Lrs"), 409, "ConflictingDatabaseOperation")
        with Sim(scenario(instance={"databases": [failing]}, timing=FAST)) as sim:
            self.assertEqual(sim.end(self.complete(sim, "log_7.trn"))["error"]["code"], "SqlRestoreError")
            self.assertEqual(sim.status(DATABASES + "/Lrs"), "Restoring")

    def test_delete(self):
        databases = [{"name": "Own"}, {"name": "Keep", "delete_result": {"status": "Failed"}}]
        with Sim(scenario(instance={"databases": databases}, timing=slow())) as sim:
            sim.delete(DATABASES + "/Own")
            self.assertEqual(sim.get(DATABASES + "/Own").status, 200)
            self.refused(sim.delete(DATABASES + "/own"), 409, "ConflictingDatabaseOperation")
        with Sim(scenario(instance={"databases": databases}, timing=FAST)) as sim:
            sim.succeed(sim.delete(DATABASES + "/Own"))
            self.assertEqual(sim.get(DATABASES + "/Own").status, 404)
            self.assertEqual(sim.end(sim.delete(DATABASES + "/Keep"))["status"], "Failed")
            self.assertEqual(sim.get(DATABASES + "/Keep").status, 200)


class Instances(Case):
    OPERATIONS = SPARE + "/operations"

    def test_created(self):
        body = instance_body({"tags": {"a": "b"}}, timezoneId="UTC")
        with Sim(scenario(timing=slow())) as sim:
            answer = sim.put(SPARE, body)
            self.assertEqual((answer.status, answer.raw), (202, b""))
            self.assertIn("/locations/westeurope/managedInstanceOperationResults/", answer.headers["Location"])
            creating = sim.get(SPARE).body
            self.assertEqual((creating["properties"]["provisioningState"], creating["properties"]["state"]),
                             ("Creating", "Creating"))
            self.refused(sim.put(SPARE, body), 409, "ManagedInstanceIsBusy")
            operation = sim.get(self.OPERATIONS).body["value"][0]["properties"]
            self.assertEqual((operation["state"], operation["isCancellable"]), ("InProgress", True))
        with Sim(scenario(timing=FAST)) as sim:
            sim.succeed(sim.put(SPARE, body))
            made = sim.get(SPARE).body
            self.assertEqual(made["location"], "westeurope")
            self.assertEqual(made["tags"], {"a": "b"})
            self.assertEqual(made["sku"],
                             {"name": "GP_Gen5", "tier": "GeneralPurpose", "family": "Gen5", "capacity": 8})
            properties = made["properties"]
            self.assertEqual((properties["provisioningState"], properties["state"]), ("Succeeded", "Ready"))
            for name, value in body["properties"].items():
                self.assertEqual(properties.get(name), None if "Password" in name else value)
            self.assertEqual(sim.put(SPARE, body).status, 200)
            self.refused(sim.put(SPARE, instance_body(vCores=16)), 400, "InvalidParameterValue")
            names = [i["name"] for i in sim.get(GROUP + "/providers/Microsoft.Sql/managedInstances").body["value"]]
            self.assertEqual(names, ["sqlmi-dr", "sqlmi-new"])
            whole = f"/subscriptions/{SUBSCRIPTION}/providers/Microsoft.Sql/managedInstances"
            self.assertEqual(len(sim.get(whole).body["value"]), 2)

    def test_the_password_is_seen_nowhere(self):
        with Sim(scenario(timing=FAST)) as sim:
            sim.succeed(sim.put(SPARE, instance_body()))
            record = sim.requests("instance.create")[0]
            self.assertEqual(record["body"]["properties"]["administratorLoginPassword"], "***")
            self.assertEqual(record["password_sha256"],
                             {"administratorLoginPassword": hashlib.sha256(PASSWORD.encode()).hexdigest()})
            with open(sim.log_path, encoding="utf-8") as file:
                text = file.read()
            text += sim.stderr() + json.dumps(sim.state()) + json.dumps(sim.requests())
            text += json.dumps(sim.get(SPARE).body)
            self.assertNotIn(PASSWORD, text)

    def test_refused(self):
        with Sim(scenario(timing=slow())) as sim:
            for body, code in (
                    (instance_body({"location": None}), "LocationRequired"),
                    (instance_body({"sku": None}), "InvalidSku"),
                    (instance_body({"sku": {"name": "GP_Gen4"}}), "InvalidSku"),
                    (instance_body({"sku": {"name": "GP_Gen5", "tier": "BusinessCritical"}}), "InvalidSku"),
                    (instance_body({"properties": None}), "InvalidRequestContent"),
                    (instance_body({"name": "x"}), "InvalidRequestContent"),
                    (instance_body({"tags": {"a": 1}}), "InvalidRequestContent"),
                    (instance_body(state="Ready"), "InvalidRequestContent"),
                    (instance_body(administratorLogin=None), "InvalidLoginName"),
                    (instance_body(administratorLogin="sa"), "InvalidLoginName"),
                    (instance_body(administratorLoginPassword=None), "PasswordNotComplex"),
                    (instance_body(administratorLoginPassword="short1A!"), "PasswordNotComplex"),
                    (instance_body(administratorLoginPassword="alllowercaseletters"), "PasswordNotComplex"),
                    (instance_body(administratorLoginPassword="Has-dba-inside-0123"), "PasswordNotComplex"),
                    (instance_body(subnetId=None), "InvalidSubnetId"), (instance_body(subnetId="x"), "InvalidSubnetId"),
                    (instance_body(vCores=5), "InvalidParameterValue"),
                    (instance_body(vCores="8"), "InvalidParameterValue"),
                    (instance_body(storageSizeInGB=33), "InvalidParameterValue"),
                    (instance_body(licenseType="Free"), "ManagedInstanceInvalidLicenseType"),
                    (instance_body(hybridSecondaryUsage="passive"), "InvalidParameterValue"),
                    (instance_body(databaseFormat="SQLServer2019"), "InvalidParameterValue")):
                self.refused(sim.put(SPARE, body), 400, code)
            for name in ("Upper", "-a", "a-", "a--b", "a" * 64):
                self.refused(sim.put(SPARE.replace("sqlmi-new", name), instance_body()), 400, "InvalidServerName")
            self.refused(sim.put(SPARE.replace("rg-dr", "rg-no"), instance_body()), 404, "ResourceGroupNotFound")
            self.assertEqual(sim.state()["operations"], [])

    def test_fails(self):
        with Sim(scenario(instance_create_result={"status": "Failed"}, timing=FAST)) as sim:
            self.assertEqual(sim.end(sim.put(SPARE, instance_body()))["status"], "Failed")
            self.assertEqual(sim.get(SPARE).status, 404)
        with Sim(scenario(instance_create_result={"status": "Failed"}, instance_create_stays=True, timing=FAST)) as sim:
            sim.end(sim.put(SPARE, instance_body()))
            properties = sim.get(SPARE).body["properties"]
            self.assertEqual((properties["provisioningState"], properties["state"]), ("Failed", "Failed"))

    def cancel(self, sim, operation):
        return sim.arm("POST", f"{operation}/cancel{VERSION}")

    def test_cancelled(self):
        with Sim(scenario(timing=slow(cancel_ms=30))) as sim:
            answer = sim.put(SPARE, instance_body())
            self.cancel(sim, sim.get(self.OPERATIONS).body["value"][0]["id"])
            self.assertEqual(sim.end(answer)["status"], "Canceled")
            self.assertEqual(sim.get(SPARE).status, 404)
        with Sim(scenario(timing=slow())) as sim:
            sim.put(SPARE, instance_body())
            operation = sim.get(self.OPERATIONS).body["value"][0]["id"]
            cancelled = self.cancel(sim, operation)
            self.assertEqual((cancelled.status, cancelled.raw), (200, b""))
            self.assertEqual(sim.get(operation).body["properties"]["state"], "CancelInProgress")
            self.refused(self.cancel(sim, operation), 409, "CannotCancelOperation")

    def test_operations_of_an_update(self):
        with Sim(scenario(timing=slow(cancel_ms=50))) as sim:
            self.assertEqual(sim.get(MI + "/operations").body, {"value": []})
            answer = sim.change(MI, {"properties": {"vCores": 16}})
            body = sim.get(MI + "/operations").body["value"][0]
            self.assertEqual(body["type"], "Microsoft.Sql/managedInstances/operations")
            properties = body["properties"]
            self.assertEqual((properties["operation"], properties["operationFriendlyName"]),
                             ("UpsertManagedServer", "UPDATE MANAGED SERVER"))
            parameters = properties["operationParameters"]
            self.assertEqual((parameters["currentParameters"]["vCores"], parameters["requestedParameters"]["vCores"]),
                             (8, 16))
            self.assertEqual(properties["operationSteps"]["totalSteps"], "3")
            self.assertEqual(properties["operationSteps"]["stepsList"][0]["status"], "InProgress")
            self.assertEqual(self.cancel(sim, body["id"]).status, 200)
            self.assertEqual(sim.end(answer)["status"], "Canceled")
            done = sim.get(body["id"]).body["properties"]
            self.assertEqual((done["state"], done["isCancellable"]), ("Cancelled", False))
            self.assertEqual(sim.get(MI).body["properties"]["vCores"], 8)
            unknown = MI + "/operations/" + SUBSCRIPTION
            self.refused(sim.get(unknown), 404, "OperationIdNotFound")
            self.refused(self.cancel(sim, unknown), 404, "OperationIdNotFound")
        with Sim(scenario(instance={"cancellable": False}, timing=slow())) as sim:
            sim.change(MI, {"properties": {"vCores": 16}})
            body = sim.get(MI + "/operations").body["value"][0]
            self.assertFalse(body["properties"]["isCancellable"])
            self.refused(self.cancel(sim, body["id"]), 409, "CannotCancelOperation")


class Lifecycle(Case):
    def post(self, sim, action, query=""):
        return sim.arm("POST", f"{MI}/{action}{VERSION}{query}")

    def test_stopped_and_started(self):
        with Sim(scenario(instance={"links": []}, timing={"instance_ms": SLOW})) as sim:
            self.post(sim, "stop")
            self.assertEqual(sim.get(MI).body["properties"]["state"], "Stopping")
            self.refused(sim.put(NEW, order()), 400, "ManagedInstanceStoppingOrStopped")
        with Sim(scenario(instance={"state": "Stopped"}, timing={"instance_ms": SLOW})) as sim:
            self.post(sim, "start")
            self.refused(sim.put(NEW, order()), 400, "ManagedInstanceStarting")
        with Sim(scenario(timing={"link_delete_ms": 0, "instance_ms": 30})) as sim:
            self.refused(self.post(sim, "stop"), 400, "ManagementServiceStopManagedInstanceUsingMILink")
            self.refused(self.post(sim, "start"), 409, "ConflictingServerOperation")
            sim.succeed(sim.delete(LINK))
            answer = sim.succeed(self.post(sim, "stop"))
            self.assertEqual(sim.follow(answer.headers["Location"]).body["properties"]["state"], "Stopped")
            self.refused(self.post(sim, "stop"), 400, "ManagedInstanceStoppingOrStopped")
            sim.succeed(self.post(sim, "start"))
            self.assertEqual(sim.get(MI).body["properties"]["state"], "Ready")
            names = [o["properties"]["operation"] for o in sim.get(MI + "/operations").body["value"]]
            self.assertEqual(names, ["StopManagedServer", "StartManagedServer"])

    def test_failed_over_and_deleted(self):
        with Sim(scenario(timing={"instance_ms": 50})) as sim:
            self.refused(self.post(sim, "failover", "&replicaType=x"), 400, "InvalidParameterValue")
            answer = sim.succeed(self.post(sim, "failover", "&replicaType=Primary"))
            self.assertEqual(sim.follow(answer.headers["Location"]).status, 200)
            sim.control("instance/sqlmi-dr", {"update_result": {"status": "Failed"}})
            self.assertEqual(sim.end(sim.delete(MI))["status"], "Failed")
            self.assertEqual(sim.get(MI).status, 200)


class Permissions(Case):
    PATH = "/providers/Microsoft.Authorization/permissions?api-version=2022-04-01"

    def test_shown(self):
        with Sim(scenario()) as sim:
            for scope in (GROUP, MI):
                value = sim.get(scope + self.PATH).body["value"]
                self.assertEqual(set(value[0]), {"actions", "notActions", "dataActions", "notDataActions"})
                self.assertIn("Microsoft.Sql/managedInstances/distributedAvailabilityGroups/failover/action",
                              value[0]["actions"])
            self.assertEqual(sim.get(GROUP + self.PATH.replace("2022-04-01", "2025-01-01")).code,
                             "NoRegisteredProviderFound")

    def test_enforced(self):
        entries = [{"actions": ["microsoft.sql/MANAGEDinstances/*"],
                    "notActions": ["*/failover/action", "*/distributedAvailabilityGroups/delete"]},
                   {"actions": ["Microsoft.Sql/managedInstances/read"]}]
        with Sim(scenario(link={"instance_role": "Primary"}, permissions=entries)) as sim:
            value = sim.get(GROUP + self.PATH).body["value"]
            self.assertEqual([v["actions"] for v in value], [e["actions"] for e in entries])
            self.assertEqual(value[1]["notActions"], [])
            self.assertEqual(sim.get(LINK).status, 200)
            denied = sim.failover("Planned")
            self.refused(denied, 403, "AuthorizationFailed")
            message = denied.body["error"]["message"]
            self.assertIn("'Microsoft.Sql/managedInstances/distributedAvailabilityGroups/failover/action'", message)
            self.assertIn(f"over scope '{LINK}'", message)
            self.refused(sim.delete(LINK), 403, "AuthorizationFailed")
            self.assertEqual(sim.set_role("Secondary", "Planned").status, 202)
            self.assertEqual(sim.control("permissions", {"permissions": [{"actions": []}]}).status, 200)
            self.refused(sim.get(LINK), 403, "AuthorizationFailed")
            self.refused(sim.get(LINKS + "/none"), 403, "AuthorizationFailed")
            self.assertEqual(sim.control("permissions", {"permissions": [{"actions": "x"}]}).status, 400)
            self.refused(sim.get(LINK), 403, "AuthorizationFailed")
            self.assertEqual(sim.control("permissions", {"permissions": []}).status, 200)
            self.assertEqual(sim.get(LINK).status, 200)


class Wire(Case):
    def test_pages(self):
        links = [{"name": f"link{i}", "databases": [{"name": f"db{i}"}]} for i in range(5)]
        with Sim(scenario(instance={"links": links}, timing={"page_size": 2})) as sim:
            names, url, pages = [], LINKS + VERSION, 0
            while url:
                body = sim.follow(url).body
                names += [link["name"] for link in body["value"]]
                url = body.get("nextLink")
                pages += 1
            self.assertEqual((names, pages), ([f"link{i}" for i in range(5)], 3))

    def test_lost_operation(self):
        with Sim(scenario(link={"instance_role": "Primary"}, timing={**FAST, "lro_polls": 2,
                                                                     "running_word": "Warming up"})) as sim:
            sim.control("timing", {"failover_ms": SLOW})
            answer = sim.failover("Planned")
            url = answer.headers["Azure-AsyncOperation"]
            self.assertEqual(sim.follow(url).body["status"], "Warming up")
            self.assertEqual(sim.follow(answer.headers["Location"]).status, 202)
            for name in ("Location", "Azure-AsyncOperation"):
                self.refused(sim.follow(answer.headers[name]), 404, "ResourceNotFound")

    def test_buckets(self):
        with Sim(scenario(timing={"reads": 3, "writes": 2, "deletes": 1, "throttle": True,
                                  "refill": False})) as sim:
            def left(answer, what):
                return answer.headers.get("x-ms-ratelimit-remaining-subscription-" + what)

            self.assertEqual(left(sim.delete(NEW), "deletes"), "0")
            self.refused(sim.delete(NEW), 429, "SubscriptionRequestsThrottled")
            self.assertEqual(left(sim.change(NEW, {}), "writes"), "1")
            first = sim.get(LINK)
            self.assertEqual((left(first, "reads"), left(first, "writes")), ("2", None))
            sim.control("timing", {"deletes": 5})
            self.assertEqual(left(sim.delete(NEW), "deletes"), "4")

    def test_load(self):
        with Sim(scenario()) as sim:
            self.assertEqual(sim.control("load", {"load": False}).status, 200)
            still = sim.link()["databases"][0]
            self.assertEqual(still["lastHardenedLsn"], still["lastCommitLsn"])
            seen_at = sim.state()["now"]
            sim.wait(lambda: sim.state()["now"] > seen_at + 20, "time go by")
            self.assertEqual(sim.link()["databases"][0], still)
            sim.control("load", {"load": True})
            sim.wait(lambda: sim.link()["databases"][0]["lastCommitLsn"] != still["lastCommitLsn"], "the log go on")
            for body in ({}, {"load": 1}, {"load": True, "x": 1}):
                self.assertEqual(sim.control("load", body).status, 400)
            for body in ({"failover_ms": -1}, {"x": 1}):
                self.assertEqual(sim.control("timing", body).status, 400)

    def test_drains(self):
        """What lags arrives after the load has stopped; then both sides are at the same LSN."""
        lagging = {"name": "A", "lsn_per_second": 100000, "receive_lag_ms": 2000}
        with Sim(scenario(link={"databases": [lagging]})) as sim:
            def lsns():
                database = sim.link()["databases"][0]
                return int(database["lastReceivedLsn"]), int(database["lastCommitLsn"])

            sim.wait(lambda: lsns()[0] > 71000009407900001, "the first log arrive")
            sim.control("load", {"load": False})
            seen = [lsns()]
            self.assertLess(*seen[0])
            sim.wait(lambda: seen.append(lsns()) or seen[-1][0] == seen[-1][1], "both at the same LSN")
            self.assertEqual(seen, sorted(seen))
            self.assertEqual({commit for _, commit in seen}, {seen[0][1]})

    def test_faults_of_every_kind(self):
        with Sim(scenario(timing=FAST)) as sim:
            calls = {
                "link.create": lambda: sim.put(NEW, order()), "link.update": lambda: sim.change(LINK, {}),
                "link.delete": lambda: sim.delete(NEW), "certificate.list": lambda: sim.get(TRUSTED),
                "certificate.get": lambda: sim.get(TRUSTED + "/x"),
                "certificate.put": lambda: sim.put(TRUSTED + "/x", {}),
                "certificate.delete": lambda: sim.delete(TRUSTED + "/x"),
                "endpoint_certificate.list": lambda: sim.get(MI + "/endpointCertificates"),
                "endpoint_certificate.get": lambda: sim.get(MI + "/endpointCertificates/SERVICE_BROKER"),
                "instance.list": lambda: sim.get(GROUP + "/providers/Microsoft.Sql/managedInstances"),
                "instance.create": lambda: sim.put(SPARE, {}), "instance.delete": lambda: sim.delete(SPARE),
                "instance.start": lambda: sim.arm("POST", MI + "/start" + VERSION),
                "instance.stop": lambda: sim.arm("POST", MI + "/stop" + VERSION),
                "instance.failover": lambda: sim.arm("POST", MI + "/failover" + VERSION),
                "instance_operation.list": lambda: sim.get(MI + "/operations"),
                "instance_operation.get": lambda: sim.get(MI + "/operations/x"),
                "instance_operation.cancel": lambda: sim.arm("POST", MI + "/operations/x/cancel" + VERSION),
                "database.delete": lambda: sim.delete(DATABASES + "/x"),
                "database.restore_get": lambda: sim.get(DATABASES + "/x/restoreDetails/Default"),
                "database.restore_complete": lambda: sim.arm("POST", DATABASES + "/x/completeRestore" + VERSION, {}),
                "permissions.list": lambda: sim.get(GROUP + Permissions.PATH),
            }
            for kind, call in calls.items():
                sim.fault(on=kind, action="status", status=599)
                self.assertEqual(call().status, 599, kind)
                self.assertNotEqual(call().status, 599, kind)

    def test_a_tour_fits_the_specification(self):
        """Every call once, as it should be, held against Microsoft's OpenAPI files."""
        restoring = dict(Databases.RESTORING, restore={"numberOfFilesDetected": 7})
        with Sim(scenario(instance={"databases": [restoring], "certificates": [{"name": "box"}]}, timing=FAST)) as sim:
            for path in (MI, LINKS, LINK, TRUSTED, TRUSTED + "/box", MI + "/endpointCertificates",
                         MI + "/endpointCertificates/DATABASE_MIRRORING", DATABASES, DATABASES + "/Sales",
                         DATABASES + "/Lrs/restoreDetails/Default", MI + "/inaccessibleManagedDatabases",
                         GROUP + "/providers/Microsoft.Sql/managedInstances", GROUP + Permissions.PATH,
                         MI + Permissions.PATH):
                self.assertEqual(sim.get(path).status, 200, path)
            sim.succeed(sim.put(LINKS + "/" + NEW_NAME, order(failoverMode="Manual", seedingMode="Automatic")))
            sim.wait(lambda: sim.link(LINKS + "/" + NEW_NAME)["databases"][0]["replicaState"] == "LinkSynchronizing",
                     "the end of seeding")
            sim.succeed(sim.change(LINK.replace("sales-link", NEW_NAME), {"properties": {"replicationMode": "Sync"}}))
            sim.succeed(sim.arm("POST", LINKS + "/" + NEW_NAME + "/failover" + VERSION,
                                {"failoverType": "ForcedAllowDataLoss"}))
            sim.succeed(sim.arm("POST", LINKS + "/" + NEW_NAME + "/failover" + VERSION, {"failoverType": "Planned"}))
            sim.succeed(sim.arm("POST", LINKS + "/" + NEW_NAME + "/setRole" + VERSION,
                                {"instanceRole": "Primary", "roleChangeType": "Forced"}))
            sim.succeed(sim.delete(LINKS + "/" + NEW_NAME))
            sim.succeed(sim.delete(DATABASES + "/New"))
            sim.succeed(sim.arm("POST", DATABASES + "/Lrs/completeRestore" + VERSION, {"lastBackupName": "log_7.trn"}))
            blob = sim.get(MI + "/endpointCertificates/SERVICE_BROKER").body["properties"]["publicBlob"]
            sim.succeed(sim.put(TRUSTED + "/other", {"properties": {"publicBlob": blob}}))
            sim.succeed(sim.delete(TRUSTED + "/other"))
            sim.succeed(sim.put(SPARE, instance_body()))
            for action in ("failover", "stop", "start"):
                sim.succeed(sim.arm("POST", SPARE + "/" + action + VERSION))
            sim.succeed(sim.delete(SPARE))
            self.assertEqual(sim.delete(SPARE).status, 204)
            sim.succeed(sim.change(MI, {"properties": {"hybridSecondaryUsage": "Passive"}, "tags": {"a": "b"}}))
            sim.control("timing", {"license_ms": SLOW})
            sim.change(MI, {"properties": {"vCores": 16}})
            operations = sim.get(MI + "/operations").body["value"]
            self.assertEqual(len(operations), 2)
            self.assertEqual(sim.get(operations[1]["id"]).status, 200)
            self.assertEqual(sim.arm("POST", operations[1]["id"] + "/cancel" + VERSION).status, 200)
            self.assertEqual([r["path"] for r in sim.requests() if r["status"] >= 300], [])
            result = subprocess.run([VALIDATE, "-"], input=json.dumps(sim.requests()), capture_output=True, text=True,
                                    timeout=120, check=False)
            self.assertEqual(result.returncode, 0, result.stdout + result.stderr)


class Rehearsal(Case):
    EXAMPLE = os.path.join(DOUBLE, "examples", "rehearsal.json")

    def run_armsim(self, script):
        with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
            file.write(script)
            file.flush()
            certificate = os.path.join(test_armsim.CERTIFICATES, "server")
            return subprocess.run(
                [test_armsim.ARGUMENTS.armsim, "--scenario", self.EXAMPLE, "--script", file.name, "--cert",
                 certificate + ".pem", "--key", certificate + ".key", "--stdin"],
                capture_output=True, text=True, timeout=20, check=False, stdin=subprocess.DEVNULL)

    def test_wrong_lines(self):
        for script, line, what in (
                ("say x", 1, "seconds"), ("-1 say x", 1, "seconds"), ("1e3 say x", 1, "seconds"), ("x", 1, "seconds"),
                ("90000 say x", 1, "seconds"), ("2 say a\n\n# b\n1 say c", 4, "earlier"), ("1", 1, "no such verb"),
                ("1 sing x", 1, "no such verb"), ("1 say", 1, "say what"), ("1 link nope {}", 1, "no link"),
                ("1 link sales-link", 1, "JSON object"), ("1 link sales-link []", 1, "JSON object"),
                ("1 link sales-link {} x", 1, "JSON object"), ('1 link sales-link {"x": 1}', 1, "x: unknown key"),
                ('1 link sales-link {"databases": [{"name": "no"}]}', 1, "names nothing"),
                ("1 instance nope {}", 1, "no instance"), ('1 instance sqlmi-dr {"links": []}', 1, "verb link"),
                ('1 instance sqlmi-dr {"v_cores": "8"}', 1, "v_cores"), ('1 fault {"on": "any"}', 1, "action: missing"),
                ('1 fault {"on": "any", "action": "delay"}', 1, "delay_ms"),
                ('1 timing {"failover_ms": -1}', 1, "failover_ms"),
                ("1 load", 1, "on or off"), ("1 load on sales-link", 1, "nothing more"),
                ("1 reset-faults now", 1, "takes nothing"), ("1 permissions {}", 1, "permissions: missing"),
                ('1 permissions {"permissions": [{"actions": 1}]}', 1, "arrays of strings")):
            ended = self.run_armsim(script)
            self.assertEqual(ended.returncode, 2, script)
            self.assertIn(f"line {line}: ", ended.stderr, script)
            self.assertIn(what, ended.stderr, script)

    def test_runs(self):
        script = ("# a comment\n\n0 say hello, DBA\r\n0.05 link sales-link {\"connected_state\": \"DISCONNECTED\"}\n"
                  "0.05 load off\n0.1 timing {\"throttle\": false}\n"
                  "0.1 fault {\"on\": \"link.get\", \"action\": \"html\"}\n0.1 permissions {\"permissions\": []}\n"
                  "0.1 instance sqlmi-spare {\"v_cores\": 16}\n0.1 reset-faults\n")
        with tempfile.NamedTemporaryFile("w", suffix=".txt") as file, tempfile.TemporaryFile("w+") as told:
            file.write(script)
            file.flush()
            with open(self.EXAMPLE, encoding="utf-8") as example:
                content = json.load(example)
            sim = None
            saved = os.dup(1)
            os.dup2(told.fileno(), 1)  # armsim inherits it
            try:
                sim = Sim({**content, "client_secret": test_armsim.SECRET}, "--script", file.name)
            finally:
                os.dup2(saved, 1)
                os.close(saved)

            def text():
                told.seek(0)
                return told.read()

            with sim:
                sim.wait(lambda: "at its end" in text(), "the end of the script")
                self.assertEqual(sim.link()["databases"][0]["connectedState"], "DISCONNECTED")
                self.assertEqual(sim.get(MI.replace("sqlmi-dr", "sqlmi-spare")).body["properties"]["vCores"], 16)
                self.assertFalse(sim.state()["instances"][0]["links"][1]["load"])
            lines = text().splitlines()
            self.assertRegex(lines[0], r"^armsim listens on https://127\.0\.0\.1:\d+$")
            self.assertEqual(lines[1], "    0.0 s  hello, DBA")
            self.assertEqual(lines[2], '    0.1 s  link sales-link {"connected_state": "DISCONNECTED"}')
            self.assertEqual(len(lines), 10)
            self.assertNotIn("refused", text())

    def test_the_example(self):
        with open(os.path.join(DOUBLE, "examples", "rehearsal.txt"), encoding="utf-8") as file:
            script = file.read()
        ended = self.run_armsim(script)
        self.assertEqual((ended.returncode, ended.stderr), (0, ""))
        self.assertTrue(re.search(r"^300 load on$", script, re.M))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--armsim", required=True, help="the program")
    parser.add_argument("--make-cert", required=True, help="the script that makes certificates")
    test_armsim.ARGUMENTS, rest = parser.parse_known_args()
    with tempfile.TemporaryDirectory(prefix="armsim-cert-") as directory:
        subprocess.run([test_armsim.ARGUMENTS.make_cert, directory], check=True, stderr=subprocess.DEVNULL)
        test_armsim.CERTIFICATES = directory
        unittest.main(argv=[sys.argv[0], *rest], verbosity=1)


if __name__ == "__main__":
    main()
