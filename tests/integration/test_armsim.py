#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Proves armsim, the simulator of Entra ID and ARM: every route, every refusal, every fault."""

import argparse
import concurrent.futures
import contextlib
import hashlib
import http.client
import json
import os
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.parse

TENANT = "11111111-2222-3333-4444-555555555555"
CLIENT = "99999999-8888-7777-6666-555555555555"
SECRET = "p~w.d-_+/=&%41 end"
SUBSCRIPTION = "00000000-1111-2222-3333-444444444444"
MI = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg-dr/providers/Microsoft.Sql/managedInstances/sqlmi-dr"
LINKS = MI + "/distributedAvailabilityGroups"
LINK = LINKS + "/sales-link"
VERSION = "?api-version=2025-01-01"
SCOPE = "https://management.core.windows.net//.default"
SLOW = 60_000  # milliseconds: never over while a test runs

# The member names of the specification's examples for 2025-01-01.
LINK_MEMBERS = {"id", "name", "type", "properties"}
LINK_PROPERTIES = {
    "distributedAvailabilityGroupName", "distributedAvailabilityGroupId", "replicationMode",
    "partnerLinkRole", "partnerAvailabilityGroupName", "partnerEndpoint", "instanceLinkRole",
    "instanceAvailabilityGroupName", "failoverMode", "seedingMode", "databases"}
DATABASE_PROPERTIES = {
    "databaseName", "instanceReplicaId", "partnerReplicaId", "replicaState",
    "synchronizationHealth", "connectedState", "lastReceivedLsn", "lastReceivedTime",
    "lastCommitLsn", "lastCommitTime", "lastHardenedLsn", "lastHardenedTime", "lastBackupLsn",
    "lastBackupTime"}
PRIMARY_ONLY = {"lastSentLsn", "lastSentTime", "instanceSendReplicationLagSeconds",
                "instanceRedoReplicationLagSeconds"}
INSTANCE_MEMBERS = {"id", "name", "type", "location", "properties", "sku", "tags"}
INSTANCE_PROPERTIES = {
    "administratorLogin", "authenticationMetadata", "collation", "createTime",
    "currentBackupStorageRedundancy", "databaseFormat", "dnsZone", "externalGovernanceStatus",
    "fullyQualifiedDomainName", "hybridSecondaryUsage", "hybridSecondaryUsageDetected",
    "licenseType", "maintenanceConfigurationId", "minimalTlsVersion", "pricingModel",
    "provisioningState", "proxyOverride", "publicDataEndpointEnabled",
    "requestedBackupStorageRedundancy", "requestedLogicalAvailabilityZone", "servicePrincipal",
    "state", "storageSizeInGB", "subnetId", "vCores", "virtualClusterId"}

ARGUMENTS = None
CERTIFICATES = None


class Cut(Exception):
    """The connection ended before the answer was whole."""


class Answer:
    def __init__(self, response, body):
        self.status = response.status
        self.headers = response.headers
        self.raw = body

    @property
    def body(self):
        return json.loads(self.raw)

    @property
    def code(self):
        return self.body["error"]["code"]


def scenario(link=None, instance=None, timing=None, faults=None, **top):
    """A small scenario: one instance, one link, one database."""
    one_link = {"name": "sales-link", "databases": [{"name": "Sales"}]}
    one_link.update(link or {})
    one = {"name": "sqlmi-dr", "links": [one_link]}
    one.update(instance or {})
    whole = {"client_secret": SECRET, "timing": timing or {}, "instances": [one],
             "faults": faults or []}
    whole.update(top)
    return whole


class Armsim:
    """A running simulator, and a client of it with one kept connection."""

    def __init__(self, content, *options):
        self.directory = tempfile.mkdtemp(prefix="armsim-test-")
        self.log_path = os.path.join(self.directory, "log.jsonl")
        path = os.path.join(self.directory, "scenario.json")
        with open(path, "w", encoding="utf-8") as file:
            json.dump(content, file)
        self.port_path = os.path.join(self.directory, "port")
        self.errors = open(os.path.join(self.directory, "stderr"), "w+", encoding="utf-8")
        self.process = subprocess.Popen(
            [ARGUMENTS.armsim, "--scenario", path, "--port-file", self.port_path, "--log",
             self.log_path, "--verbose", "--cert", os.path.join(CERTIFICATES, "server.pem"),
             "--key", os.path.join(CERTIFICATES, "server.key"), *options],
            stdin=subprocess.PIPE, stderr=self.errors)
        self.connection = None
        self.token = None
        self.wait_for_port()

    def wait_for_port(self):
        deadline = time.monotonic() + 20
        while not os.path.exists(self.port_path):
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError("armsim did not start: " + self.stderr())
            time.sleep(0.01)
        with open(self.port_path, encoding="ascii") as file:
            self.port = int(file.read())

    def stderr(self):
        with open(self.errors.name, encoding="utf-8") as file:
            return file.read()

    def connect(self, timeout=20):
        context = ssl.create_default_context(cafile=os.path.join(CERTIFICATES, "ca.pem"))
        return http.client.HTTPSConnection("localhost", self.port, context=context, timeout=timeout)

    def send(self, method, path, body=None, headers=None, connection=None):
        own = connection is None
        if own and self.connection is None:
            self.connection = self.connect()
        used = connection or self.connection
        try:
            used.request(method, path, body, headers or {})
            response = used.getresponse()
            return Answer(response, response.read())
        except (http.client.HTTPException, ConnectionError, ssl.SSLError) as error:
            used.close()
            if own:
                self.connection = None
            raise Cut(str(error)) from error

    def ask_token(self, **changes):
        form = {"grant_type": "client_credentials", "client_id": CLIENT, "client_secret": SECRET,
                "scope": SCOPE}
        form.update(changes)
        body = urllib.parse.urlencode({k: v for k, v in form.items() if v is not None})
        return self.send("POST", f"/{TENANT}/oauth2/v2.0/token", body,
                         {"Content-Type": "application/x-www-form-urlencoded"})

    def arm(self, method, path, body=None, connection=None, **headers):
        if self.token is None:
            self.token = self.ask_token().body["access_token"]
        sent = {"Authorization": "Bearer " + self.token}
        if body is not None:
            sent["Content-Type"] = "application/json; charset=utf-8"
            body = body if isinstance(body, (str, bytes)) else json.dumps(body)
        sent.update({name.replace("_", "-"): value for name, value in headers.items()})
        return self.send(method, path, body, sent, connection)

    def get(self, path, **headers):
        return self.arm("GET", path + ("" if "?" in path else VERSION), **headers)

    def link(self, path=LINK):
        return self.get(path).body["properties"]

    def failover(self, kind, link=LINK, connection=None):
        return self.arm("POST", link + "/failover" + VERSION, {"failoverType": kind}, connection)

    def set_role(self, role, kind):
        return self.arm("POST", LINK + "/setRole" + VERSION,
                        {"instanceRole": role, "roleChangeType": kind})

    def patch(self, body):
        return self.arm("PATCH", MI + VERSION, body)

    def control(self, path, body=None):
        text = None if body is None else json.dumps(body)
        with contextlib.closing(self.connect()) as connection:
            return self.send("GET" if body is None else "POST", "/_sim/" + path, text,
                             connection=connection)

    def state(self):
        return self.control("state").body

    def requests(self, kind=None):
        return [r for r in self.control("requests").body if kind in (None, r["kind"])]

    def fault(self, **fault):
        answer = self.control("fault", fault)
        assert answer.status == 200, answer.raw

    def log(self):
        with open(self.log_path, encoding="utf-8") as file:
            return [json.loads(line) for line in file]

    def follow(self, url):
        parts = urllib.parse.urlsplit(url)
        return self.arm("GET", parts.path + "?" + parts.query)

    def wait(self, condition, what, seconds=20):
        deadline = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > deadline:
                raise AssertionError("never saw: " + what)
            time.sleep(0.02)

    def stop(self, how=signal.SIGTERM):
        if self.connection:
            self.connection.close()
        if self.process.poll() is None:
            self.process.send_signal(how)
        code = self.process.wait(timeout=20)
        self.process.stdin.close()
        return code

    def __enter__(self):
        return self

    def __exit__(self, *_):
        code = self.stop()
        errors = self.stderr()
        self.errors.close()
        shutil.rmtree(self.directory)
        if code != 0 or "ERROR: " in errors or "runtime error" in errors or SECRET in errors:
            raise AssertionError(f"armsim ended with {code}:\n{errors}")


class CommandLine(unittest.TestCase):
    def run_armsim(self, *options):
        return subprocess.run([ARGUMENTS.armsim, *options], capture_output=True, text=True,
                              timeout=20, check=False)

    def refuse(self, content, *parts):
        with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
            file.write(content if isinstance(content, str) else json.dumps(content))
            file.flush()
            ended = self.run_armsim("--scenario", file.name, "--cert", "x", "--key", "x")
        self.assertEqual(ended.returncode, 2, ended.stderr)
        for part in parts:
            self.assertIn(part, ended.stderr)

    def test_help_and_usage(self):
        self.assertIn("--scenario FILE", self.run_armsim("--help").stdout)
        self.assertEqual(self.run_armsim("--help").returncode, 0)
        for wrong in ([], ["--bogus"], ["--port", "70000"], ["--port", "x"]):
            self.assertEqual(self.run_armsim(*wrong).returncode, 2, wrong)
        absent = self.run_armsim("--scenario", "/nonexistent", "--cert", "x", "--key", "x")
        self.assertEqual(absent.returncode, 2)
        self.assertIn("/nonexistent", absent.stderr)

    def test_scenario_is_strict(self):
        self.refuse("{", "not JSON")
        self.refuse('{"instances":[]} x', "not JSON")
        self.refuse("[]", "must be an object")
        self.refuse({}, "instances: missing")
        self.refuse({"instances": [], "tennant_id": "x"}, "tennant_id: unknown key")
        self.refuse(scenario(link={"instance_rol": "Primary"}),
                    "instances[0].links[0].instance_rol: unknown key")
        self.refuse(scenario(link={"instance_role": "primary"}), "instance_role", "Primary")
        self.refuse(scenario(link={"databases": []}), "at least one database")
        self.refuse(scenario(link={"databases": [{"name": "a", "start_lsn": "12x"}]}), "start_lsn")
        self.refuse(scenario(link={"load": 1}), "load: must be true or false")
        self.refuse(scenario(instance={"v_cores": 1.5}), "v_cores", "whole number")
        self.refuse(scenario(instance={"name": 5}), "name: must be a string")
        self.refuse(scenario(instance={"links": {}}), "links: must be an array")
        self.refuse(scenario(instance={"tags": "x"}), "tags")
        self.refuse('{"instances":[],"instances":[]}', "instances: repeated key")
        self.refuse(scenario(timing={"lro_headers": "all"}), "timing.lro_headers")
        self.refuse(scenario(timing={"failover_ms": -1}), "timing.failover_ms")
        twice = {"name": "a", "databases": [{"name": "b"}]}
        self.refuse(scenario(instance={"links": [twice, twice]}), "two links")

    def test_faults_are_strict(self):
        for fault, part in (({"action": "delay"}, "on: missing"),
                            ({"on": "link.git", "action": "delay"}, "link.get"),
                            ({"on": "any", "action": "delay"}, "delay_ms"),
                            ({"on": "any", "action": "status"}, "status"),
                            ({"on": "any", "action": "status", "status": 100}, "status"),
                            ({"on": "any", "action": "explode"}, "truncate"),
                            ({"on": "any", "action": "html", "headers": {"a": 1}}, "headers"),
                            ({"on": "any", "action": "html", "body": 7}, "body")):
            self.refuse(scenario(faults=[fault]), part)

    def test_what_keeps_it_from_listening(self):
        with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
            json.dump(scenario(), file)
            file.flush()
            good = os.path.join(CERTIFICATES, "server.pem")
            key = os.path.join(CERTIFICATES, "server.key")
            wrong = self.run_armsim("--scenario", file.name, "--cert", good, "--key", good)
            self.assertEqual(wrong.returncode, 1)
            self.assertIn("cannot listen", wrong.stderr)
            with contextlib.closing(socket.create_server(("127.0.0.1", 0))) as taken:
                port = str(taken.getsockname()[1])
                busy = self.run_armsim("--scenario", file.name, "--cert", good, "--key", key,
                                       "--port", port)
            self.assertEqual(busy.returncode, 1)
            self.assertIn(port, busy.stderr)

    def test_stops(self):
        for how in (signal.SIGTERM, signal.SIGINT):
            with Armsim(scenario()) as sim:
                sim.link()
                self.assertEqual(sim.stop(how), 0)
        with Armsim(scenario(), "--stdin") as sim:
            sim.process.stdin.close()
            self.assertEqual(sim.process.wait(timeout=20), 0)
        with Armsim(scenario()) as sim:
            sim.process.stdin.close()
            self.assertEqual(sim.get(LINK).status, 200)

    def test_stops_during_a_scripted_wait(self):
        with Armsim(scenario(faults=[{"on": "link.get", "action": "delay",
                                      "delay_ms": SLOW}])) as sim:
            sim.get(MI)
            with contextlib.closing(sim.connect()) as connection:
                connection.request("GET", LINK + VERSION,
                                   headers={"Authorization": "Bearer " + sim.token})
                sim.wait(lambda: sim.requests("link.get"), "the request in its delay")
                self.assertIsNone(sim.requests("link.get")[0]["status"])
                begun = time.monotonic()
                self.assertEqual(sim.stop(), 0)
                self.assertLess(time.monotonic() - begun, 15)


class Tokens(unittest.TestCase):
    def test_issued(self):
        with Armsim(scenario(token_seconds=1234)) as sim:
            answer = sim.ask_token()
            self.assertEqual(answer.status, 200)
            self.assertEqual(set(answer.body), {"token_type", "expires_in", "ext_expires_in",
                                                "access_token"})
            self.assertEqual(answer.body["token_type"], "Bearer")
            self.assertEqual(answer.body["expires_in"], 1234)
            self.assertEqual(answer.body["access_token"].count("."), 2)
            self.assertIn("no-store", answer.headers["Cache-Control"])
            other = sim.ask_token(scope="https://management.azure.com/.default")
            self.assertNotEqual(other.body["access_token"], answer.body["access_token"])

    def test_refused(self):
        with Armsim(scenario()) as sim:
            for changes, status, error, number in (
                    ({"client_secret": "wrong"}, 401, "invalid_client", 7000215),
                    ({"client_secret": None}, 401, "invalid_client", 7000216),
                    ({"client_id": "other"}, 400, "unauthorized_client", 700016),
                    ({"client_id": None}, 400, "invalid_request", 900144),
                    ({"grant_type": "password"}, 400, "unsupported_grant_type", 70003),
                    ({"grant_type": None}, 400, "invalid_request", 900144),
                    ({"scope": "https://management.azure.com"}, 400, "invalid_scope", 1002012),
                    ({"scope": None}, 400, "invalid_request", 900144)):
                answer = sim.ask_token(**changes)
                self.assertEqual(answer.status, status, changes)
                self.assertEqual(answer.body["error"], error, changes)
                self.assertEqual(answer.body["error_codes"], [number])
                self.assertIn(f"AADSTS{number}", answer.body["error_description"])
                self.assertEqual(set(answer.body), {
                    "error", "error_description", "error_codes", "timestamp", "trace_id",
                    "correlation_id", "error_uri"})
            path = f"/{TENANT}/oauth2/v2.0/token"
            self.assertEqual(sim.send("POST", path, "{}", {"Content-Type": "application/json"})
                             .body["error_codes"], [900144])
            self.assertEqual(sim.send("GET", path).status, 405)
            form = {"Content-Type": "application/x-www-form-urlencoded"}
            self.assertEqual(sim.send("POST", "/other/oauth2/v2.0/token", "a=b", form)
                             .body["error_codes"], [90002])
            twice = "grant_type=client_credentials&grant_type=client_credentials"
            self.assertEqual(sim.send("POST", path, twice, form).body["error_codes"], [90100])
        with Armsim(scenario(secret_rejected=True)) as sim:
            self.assertEqual(sim.ask_token().body["error_codes"], [7000215])

    def test_needed(self):
        with Armsim(scenario()) as sim:
            for headers, part in (({}, "missing"), ({"Authorization": "Bearer x.y.z"}, "invalid"),
                                  ({"Authorization": "Basic eDp5"}, "invalid")):
                answer = sim.send("GET", LINK + VERSION, headers=headers)
                self.assertEqual((answer.status, answer.code), (401, "InvalidAuthenticationToken"))
                self.assertIn(part, answer.body["error"]["message"])
                self.assertIn(TENANT, answer.headers["WWW-Authenticate"])
            self.assertEqual([r["authorized"] for r in sim.requests()], [False] * 3)

    def test_expires(self):
        with Armsim(scenario(token_seconds=1)) as sim:
            sim.wait(lambda: sim.get(LINK).status == 401, "an expired token")
            self.assertEqual(sim.get(LINK).code, "ExpiredAuthenticationToken")

            def with_a_new_one():
                sim.token = None
                return sim.get(LINK).status == 200

            sim.wait(with_a_new_one, "a new token taken")


class Reads(unittest.TestCase):
    def test_api_version(self):
        with Armsim(scenario()) as sim:
            for query, code in (("", "MissingApiVersionParameter"),
                                ("?api-version=", "MissingApiVersionParameter"),
                                ("?api-version=latest", "InvalidApiVersionParameter"),
                                ("?api-version=2025-01-01&api-version=2025-01-01",
                                 "InvalidApiVersionParameter"),
                                ("?api-version=2021-11-01", "NoRegisteredProviderFound"),
                                ("?api-version=2025-02-01", "NoRegisteredProviderFound")):
                answer = sim.arm("GET", LINK + query)
                self.assertEqual((answer.status, answer.code), (400, code), query)
            for version in ("2025-01-01", "2025-02-01-preview", "2025-08-01-preview"):
                body = sim.get(LINK + "?Api-Version=" + version).body
                self.assertEqual("linkMode" in body["properties"], "preview" in version)

    def test_what_is_not_there(self):
        with Armsim(scenario()) as sim:
            for path, code in (
                    (LINK.replace("44444", "44445"), "SubscriptionNotFound"),
                    (LINK.replace("rg-dr", "rg-no"), "ResourceGroupNotFound"),
                    (LINK.replace("sqlmi-dr", "other"), "ResourceNotFound"),
                    (LINKS + "/other", "ResourceNotFound"),
                    (MI + "/databases/other", "ResourceNotFound"),
                    (MI + "/keys", "InvalidResourceType"), ("/", "InvalidResourceType")):
                answer = sim.get(path)
                self.assertEqual((answer.status, answer.code), (404, code), path)
                self.assertEqual(set(answer.body["error"]), {"code", "message"})
            self.assertEqual(sim.arm("DELETE", LINKS + VERSION).status, 405)
            self.assertEqual(sim.get(LINKS + "//x").status, 400)
            self.assertEqual(sim.get(LINKS + "/%zz").status, 400)
            self.assertEqual(sim.get(LINKS + "/%00").status, 400)

    def test_paths_are_decoded_and_caseless(self):
        with Armsim(scenario(link={"name": "Sales#2"})) as sim:
            self.assertEqual(sim.get(LINKS.upper() + "/sales%232").body["name"], "Sales#2")
            self.assertEqual(sim.get(LINKS.replace("resourceGroups", "resourcegroups") +
                                     "/%53ales%232/").status, 200)
            self.assertEqual(sim.get(LINKS + "/sales%2F2").code, "ResourceNotFound")

    def test_link_shape(self):
        with Armsim(scenario(link={"databases": [{"name": "A"}, {"name": "B"}]})) as sim:
            page = sim.get(LINKS).body
            self.assertEqual(set(page), {"value"})
            body = sim.get(LINK).body
            self.assertEqual(page["value"][0]["id"], body["id"])
            self.assertEqual(body["id"], LINK)
            self.assertEqual(body["type"],
                             "Microsoft.Sql/managedInstances/distributedAvailabilityGroups")
            self.assertEqual(set(body), LINK_MEMBERS)
            self.assertEqual(set(body["properties"]), LINK_PROPERTIES)
            for database in body["properties"]["databases"]:
                self.assertEqual(set(database), DATABASE_PROPERTIES)
            sim.control("link/sales-link", {"instance_role": "Primary",
                                            "partner_role": "Secondary"})
            self.assertEqual(set(sim.link()["databases"][0]), DATABASE_PROPERTIES | PRIMARY_ONLY)

    def test_link_reports(self):
        with Armsim(scenario(link={
                "replica_state": "Seeding", "seeding_progress": "80%", "certificate_name": "c",
                "certificate_expires_at": "2031-01-01T00:00:00Z", "most_recent_error": "oops",
                "databases": [{"name": "A", "replica_state": "Catchup"}, {"name": "B"}]})) as sim:
            first, second = sim.link()["databases"]
            self.assertEqual(first["replicaState"], "Catchup")
            self.assertEqual(second["replicaState"], "Seeding")
            self.assertEqual(second["seedingProgress"], "80%")
            self.assertEqual(second["mostRecentLinkError"], "oops")
            self.assertEqual(second["partnerAuthCertValidity"],
                             {"certificateName": "c", "expiryDate": "2031-01-01T00:00:00Z"})
            self.assertEqual(sim.get(MI + "/databases/B").body["properties"]["status"], "Restoring")

    def test_instance_and_databases(self):
        with Armsim(scenario(instance={"v_cores": 16, "tags": {"a": "b"},
                                       "databases": [{"name": "Own", "status": "Offline"}]})) as sim:
            body = sim.get(MI).body
            self.assertEqual(set(body), INSTANCE_MEMBERS)
            self.assertEqual(set(body["properties"]), INSTANCE_PROPERTIES)
            self.assertEqual(body["sku"], {"name": "GP_Gen5", "capacity": 16, "family": "Gen5",
                                           "tier": "GeneralPurpose"})
            self.assertEqual(body["tags"], {"a": "b"})
            self.assertEqual(body["properties"]["hybridSecondaryUsageDetected"], "Passive")
            page = sim.get(MI + "/databases").body["value"]
            self.assertEqual([d["name"] for d in page], ["Sales", "Own"])
            own = sim.get(MI + "/databases/own").body
            self.assertEqual(set(own), {"id", "location", "name", "properties", "type"})
            self.assertEqual(set(own["properties"]), {"collation", "creationDate", "status",
                                                      "defaultSecondaryLocation", "isLedgerOn"})
            self.assertEqual(own["properties"]["status"], "Offline")

    def test_headers(self):
        with Armsim(scenario(timing={"clock_skew_seconds": 3600})) as sim:
            answer = sim.get(LINK, x_ms_client_request_id="me", x_ms_correlation_request_id="us")
            self.assertEqual(answer.headers["x-ms-client-request-id"], "me")
            self.assertEqual(answer.headers["x-ms-correlation-request-id"], "us")
            self.assertEqual(len(answer.headers["x-ms-request-id"]), 36)
            self.assertIn("x-ms-routing-request-id", answer.headers)
            self.assertEqual(answer.headers["x-ms-ratelimit-remaining-subscription-reads"], "249")
            date = time.mktime(time.strptime(answer.headers["Date"], "%a, %d %b %Y %H:%M:%S GMT"))
            self.assertAlmostEqual(date, time.mktime(time.gmtime()) + 3600, delta=60)
            self.assertEqual(len(answer.headers.get_all("Date")), 1)
            self.assertEqual(sim.requests("link.get")[0]["correlation_id"], "us")

    def test_lsns_advance(self):
        start = "9" * 24 + "0"
        with Armsim(scenario(link={"databases": [{"name": "A", "start_lsn": start}]})) as sim:
            seen = [int(start)]

            def advanced():
                seen.append(int(sim.link()["databases"][0]["lastHardenedLsn"]))
                return seen[-1] > int(start) + 10

            sim.wait(advanced, "a higher LSN")
            self.assertEqual(seen, sorted(seen))
            self.assertLess(seen[-1] - int(start), 10 ** 9)  # the carry went through every digit
            sim.control("link/sales-link", {"load": False})
            still = sim.link()["databases"][0]
            self.assertGreaterEqual(int(still["lastHardenedLsn"]), seen[-1])
            seen_at = sim.state()["now"]
            sim.wait(lambda: sim.state()["now"] > seen_at + 20, "time go by")
            self.assertEqual(sim.link()["databases"][0], still)

    def test_throttle(self):
        with Armsim(scenario(timing={"throttle": True})) as sim:
            answers = [sim.get(LINK) for _ in range(251)]
            while answers[-1].status == 200 and len(answers) < 5000:
                answers.append(sim.get(LINK))
            self.assertEqual(answers[-1].code, "SubscriptionRequestsThrottled")
            self.assertEqual(answers[-1].headers["Retry-After"], "1")


PRIMARY = {"instance_role": "Primary"}


class Failover(unittest.TestCase):
    def assertRefused(self, answer, status, code):
        self.assertEqual((answer.status, answer.code), (status, code))

    def roles(self, sim):
        link = sim.link()
        return link["instanceLinkRole"], link["partnerLinkRole"]

    def test_planned_while_it_runs(self):
        with Armsim(scenario(link=PRIMARY, timing={"failover_ms": SLOW})) as sim:
            answer = sim.failover("Planned")
            self.assertEqual(answer.status, 202)
            self.assertEqual(answer.raw, b"")
            self.assertEqual(answer.headers["Retry-After"], "15")
            database = sim.link()["databases"][0]
            self.assertEqual(database["replicaState"], "LinkFailoverInProgress")
            self.assertEqual(database["synchronizationHealth"], "NOT_HEALTHY")
            self.assertEqual(self.roles(sim), ("Primary", "Secondary"))
            seen_at = sim.state()["now"]
            sim.wait(lambda: sim.state()["now"] > seen_at + 20, "time go by")
            self.assertEqual(sim.link()["databases"][0], database)  # the log stands still
            poll = sim.follow(answer.headers["Azure-AsyncOperation"])
            self.assertEqual((poll.status, poll.body["status"]), (200, "InProgress"))
            self.assertLess(poll.body["percentComplete"], 100)
            self.assertNotIn("endTime", poll.body)
            self.assertEqual(poll.headers["Retry-After"], "15")
            poll = sim.follow(answer.headers["Location"])
            self.assertEqual((poll.status, poll.raw), (202, b""))
            self.assertEqual(poll.headers["Location"], answer.headers["Location"])
            self.assertEqual(poll.headers["Retry-After"], "15")
            for again in ("Planned", "ForcedAllowDataLoss"):
                self.assertRefused(sim.failover(again), 409,
                                   "DistributedAvailabilityGroupSetRoleChangeRoleAlreadyInProgress")
            self.assertEqual(sim.control("role-changed/sales-link").body, 0)
            self.assertEqual(len(sim.state()["operations"]), 1)

    def test_planned_to_its_end(self):
        with Armsim(scenario(link=PRIMARY, timing={"failover_ms": 300})) as sim:
            before = int(sim.link()["databases"][0]["lastHardenedLsn"])
            begun = time.time()
            answer = sim.failover("Planned")
            sim.wait(lambda: self.roles(sim) == ("Secondary", "Primary"), "swapped roles")
            database = sim.link()["databases"][0]
            self.assertEqual(database["replicaState"], "LinkSynchronizing")
            self.assertEqual(database["synchronizationHealth"], "HEALTHY")
            self.assertGreaterEqual(int(database["lastHardenedLsn"]), before)
            done = sim.follow(answer.headers["Azure-AsyncOperation"]).body
            self.assertEqual((done["status"], done["percentComplete"]), ("Succeeded", 100))
            self.assertIn("endTime", done)
            result = sim.follow(answer.headers["Location"])
            self.assertEqual(result.status, 200)
            self.assertEqual(result.body["properties"]["instanceLinkRole"], "Secondary")
            changed = sim.control("role-changed/sales-link").body / 1000
            self.assertGreaterEqual(changed, begun + 0.25)
            self.assertLessEqual(changed, time.time() + 0.05)

    def test_planned_refused(self):
        with Armsim(scenario()) as sim:
            self.assertRefused(sim.failover("Planned"), 400,
                               "InvalidDistributedAvailabilityGroupFailoverInstanceRole")
        syncing = "DistributedAvailabilityGroupFailoverSecondariesNotSynchronizing"
        with Armsim(scenario(link=PRIMARY)) as sim:
            for broken, mended in (({"connected_state": "DISCONNECTED"}, {"connected_state": ""}),
                                   ({"synchronization_health": "NOT_HEALTHY"},
                                    {"synchronization_health": ""}),
                                   ({"replica_state": "LinkInitError"}, {"replica_state": None}),
                                   ({"partner_reachable": False}, {"partner_reachable": True})):
                sim.control("link/sales-link", broken)
                self.assertRefused(sim.failover("Planned"), 409, syncing)
                sim.control("link/sales-link", mended)
            for lag, code in (("send_lag_seconds", "LogSendQueueSizeTooBig"),
                              ("redo_lag_seconds", "RedoQueueSizeTooBig")):
                change = {"databases": [{"name": "Sales", lag: 301}]}
                sim.control("link/sales-link", change)
                self.assertRefused(sim.failover("Planned"), 409,
                                   "DistributedAvailabilityGroupFailover" + code)
                change["databases"][0][lag] = None
                sim.control("link/sales-link", change)
            for state, code in (("Stopped", "ManagedInstanceStoppingOrStopped"),
                                ("Starting", "ManagedInstanceStarting")):
                sim.control("instance/sqlmi-dr", {"state": state})
                self.assertRefused(sim.failover("Planned"), 400, code)
            sim.control("instance/sqlmi-dr", {"state": "Ready"})
            self.assertEqual(sim.failover("Planned").status, 202)

    def test_body_is_strict(self):
        invalid = "InvalidDistributedAvailabilityGroupFailoverRequest"
        with Armsim(scenario()) as sim:
            path = LINK + "/failover" + VERSION
            self.assertRefused(sim.arm("POST", path), 400, invalid)
            for body in ({}, {"failoverType": "planned"}, {"failoverType": 1},
                         {"failoverType": "Planned", "force": True}, {"FailoverType": "Planned"},
                         '{"failoverType":"Planned","failoverType":"Planned"}'):
                self.assertRefused(sim.arm("POST", path, body), 400, invalid)
            for body in ("{", "[]", b'{"failoverType":"Planned"}\0', '{"failoverType":"Planned"} x'):
                self.assertRefused(sim.arm("POST", path, body), 400, "InvalidRequestContent")
            self.assertRefused(sim.arm("POST", path, "{}", Content_Type="text/plain"), 415,
                               "UnsupportedMediaType")
            self.assertEqual(sim.arm("POST", path, " " * (1024 * 1024 + 1)).status, 413)
            self.assertEqual(sim.state()["operations"], [])

    def test_forced(self):
        quick = {"failover_ms": 0}
        with Armsim(scenario(timing=quick)) as sim:
            self.assertEqual(sim.failover("ForcedAllowDataLoss").status, 202)
            self.assertEqual(self.roles(sim), ("Primary", "Secondary"))
            again = sim.failover("ForcedAllowDataLoss")
            self.assertEqual(again.status, 200)
            self.assertNotIn("Location", again.headers)
            self.assertEqual(again.body["name"], "sales-link")
            self.assertEqual(sim.get(MI).body["properties"]["hybridSecondaryUsageDetected"],
                             "Active")
        with Armsim(scenario(link={"partner_reachable": False}, timing=quick)) as sim:
            sim.failover("ForcedAllowDataLoss")
            self.assertEqual(self.roles(sim), ("Primary", "Primary"))
            sim.control("link/sales-link", {"partner_reachable": True})
            database = sim.link()["databases"][0]
            self.assertEqual(database["connectedState"], "CONNECTED")
            self.assertEqual(database["synchronizationHealth"], "NOT_HEALTHY")

    def test_one_way(self):
        for keeps in (False, True):
            with Armsim(scenario(link={"failover_mode": "None", "keeps_link": keeps},
                                 timing={"failover_ms": 0})) as sim:
                answer = sim.failover("ForcedAllowDataLoss")
                self.assertEqual(sim.get(LINK).status, 200 if keeps else 404)
                self.assertEqual(len(sim.get(LINKS).body["value"]), 1 if keeps else 0)
                status = sim.get(MI + "/databases/Sales").body["properties"]["status"]
                self.assertEqual(status, "Online")
                self.assertEqual(sim.follow(answer.headers["Location"]).status,
                                 200 if keeps else 204)

    def test_set_role(self):
        prefix = "DistributedAvailabilityGroupSetRole"
        with Armsim(scenario(timing={"set_role_ms": 0})) as sim:
            self.assertRefused(sim.set_role("Primary", "Planned"), 409,
                               prefix + "PrimaryPlannedNotSupported")
            self.assertRefused(sim.set_role("Secondary", "Forced"), 409,
                               prefix + "InstanceAlreadyInRequestedRole")
            for body in ({"instanceRole": "Primary"}, {"roleChangeType": "Forced"},
                         {"instanceRole": "Primary", "roleChangeType": "forced"},
                         {"instanceRole": "Primary", "roleChangeType": "Forced", "x": 1}):
                self.assertRefused(sim.arm("POST", LINK + "/setRole" + VERSION, body), 400,
                                   "InvalidDistributedAvailabilityGroupFailoverRequest")
            self.assertEqual(sim.set_role("Primary", "Forced").status, 202)
            self.assertEqual(self.roles(sim), ("Primary", "Secondary"))
            self.assertEqual(sim.set_role("Secondary", "Planned").status, 202)
            self.assertEqual(self.roles(sim), ("Secondary", "Secondary"))
        with Armsim(scenario(timing={"set_role_ms": SLOW})) as sim:
            sim.set_role("Primary", "Forced")
            self.assertRefused(sim.set_role("Primary", "Forced"), 409,
                               prefix + "ChangeRoleAlreadyInProgress")

    def test_failed_operation(self):
        failed = {"status": "Failed", "code": "OperationTimedOut", "message": "too slow"}
        for changes, role in ((None, "Primary"), (False, "Primary"), (True, "Secondary")):
            link = dict(PRIMARY, failover_result=failed)
            if changes is not None:
                link["failover_role_changes"] = changes
            with Armsim(scenario(link=link, timing={"failover_ms": 0})) as sim:
                answer = sim.failover("Planned")
                done = sim.follow(answer.headers["Azure-AsyncOperation"]).body
                self.assertEqual(done["status"], "Failed")
                self.assertEqual(done["error"], {"code": "OperationTimedOut",
                                                 "message": "too slow"})
                self.assertRefused(sim.follow(answer.headers["Location"]), 500,
                                   "OperationTimedOut")
                self.assertEqual(self.roles(sim)[0], role)
        canceled = {"status": "Canceled", "http_status": 409, "code": "OperationCancelled"}
        with Armsim(scenario(link=dict(PRIMARY, failover_result=canceled),
                             timing={"failover_ms": 0})) as sim:
            answer = sim.failover("Planned")
            self.assertEqual(sim.follow(answer.headers["Azure-AsyncOperation"]).body["status"],
                             "Canceled")
            self.assertEqual(sim.follow(answer.headers["Location"]).status, 409)

    def test_operation_may_end_before_or_after_the_change(self):
        with Armsim(scenario(link=PRIMARY, timing={"failover_ms": 0,
                                                   "operation_ms": SLOW})) as sim:
            answer = sim.failover("Planned")
            self.assertEqual(self.roles(sim)[0], "Secondary")
            self.assertEqual(sim.follow(answer.headers["Azure-AsyncOperation"]).body["status"],
                             "InProgress")
            self.assertEqual(sim.failover("ForcedAllowDataLoss").status, 409)
        with Armsim(scenario(link=PRIMARY, timing={"failover_ms": SLOW,
                                                   "operation_ms": 0})) as sim:
            answer = sim.failover("Planned")
            self.assertEqual(sim.follow(answer.headers["Location"]).status, 200)
            self.assertEqual(sim.link()["databases"][0]["replicaState"], "LinkFailoverInProgress")

    def test_operation_urls(self):
        for headers, names in (("both", {"Location", "Azure-AsyncOperation"}),
                               ("location", {"Location"}),
                               ("async_operation", {"Azure-AsyncOperation"}), ("none", set())):
            with Armsim(scenario(link=PRIMARY, timing={
                    "lro_headers": headers, "relative_lro_urls": headers == "both",
                    "retry_after_seconds": 0, "lro_url_bytes": 3000})) as sim:
                answer = sim.failover("Planned")
                self.assertEqual(names, {"Location", "Azure-AsyncOperation"} & set(answer.headers))
                self.assertNotIn("Retry-After", answer.headers)
                for name in names:
                    url = answer.headers[name]
                    self.assertGreater(len(url), 3000)
                    self.assertTrue(url.startswith("/" if headers == "both" else
                                                   f"https://localhost:{sim.port}/"), url)
                    self.assertIn("api-version=2023-02-01-preview", url)
                    self.assertIn(sim.follow(url).status, (200, 202))
                    self.assertRefused(sim.follow(url.replace("2023-02-01-preview", "2025-01-01")),
                                       400, "OperationUrlNotVerbatim")
                    self.assertRefused(sim.follow(url.split("&t=")[0]), 400,
                                       "OperationUrlNotVerbatim")
        with Armsim(scenario(link=PRIMARY)) as sim:
            answer = sim.failover("Planned")
            url = answer.headers["Location"]
            self.assertRefused(sim.follow(url.replace("westeurope", "eastus")), 404,
                               "ResourceNotFound")
            guid = url.split("OperationResults/")[1].split("?")[0]
            self.assertRefused(sim.follow(url.replace(guid, TENANT)), 404, "ResourceNotFound")
            self.assertEqual(sim.requests("lro.location")[0]["status"], 404)

    def test_accept_delay(self):
        for delay, waits in ((SLOW, False), (1000, True)):
            with Armsim(scenario(link=PRIMARY, timing={"accept_delay_ms": delay,
                                                       "failover_ms": SLOW})) as sim:
                sim.link()
                with contextlib.closing(sim.connect(timeout=0.1)) as impatient:
                    with self.assertRaises(TimeoutError):
                        sim.failover("Planned", connection=impatient)
                if waits:
                    sim.wait(lambda: sim.state()["operations"], "the operation nobody waited for")
                self.assertEqual(sim.link()["databases"][0]["replicaState"],
                                 "LinkFailoverInProgress" if waits else "LinkSynchronizing")


class Update(unittest.TestCase):
    CHANGE = {"properties": {"licenseType": "BasePrice", "hybridSecondaryUsage": "Passive"},
              "tags": {"x": "y"}}

    def test_licence_while_it_runs(self):
        with Armsim(scenario(timing={"license_ms": SLOW})) as sim:
            answer = sim.patch(self.CHANGE)
            self.assertEqual((answer.status, answer.raw), (202, b""))
            for name in ("Location", "Azure-AsyncOperation"):
                self.assertIn("/locations/westeurope/managedInstance", answer.headers[name])
            body = sim.get(MI).body
            self.assertEqual(body["properties"]["licenseType"], "LicenseIncluded")
            self.assertEqual(body["properties"]["provisioningState"], "InProgress")
            busy = sim.patch({"tags": {}})
            self.assertEqual((busy.status, busy.code), (409, "ManagedInstanceIsBusy"))
            self.assertIn("sqlmi-dr", busy.body["error"]["message"])
            self.assertEqual(sim.failover("ForcedAllowDataLoss").code, "ManagedInstanceIsBusy")
            self.assertEqual(sim.follow(answer.headers["Location"]).status, 202)

    def test_licence_to_its_end(self):
        with Armsim(scenario(timing={"license_ms": 100})) as sim:
            answer = sim.patch(self.CHANGE)
            sim.wait(lambda: sim.follow(answer.headers["Azure-AsyncOperation"]).body["status"] ==
                     "Succeeded", "the end of the update")
            result = sim.follow(answer.headers["Location"])
            self.assertEqual(result.status, 200)
            self.assertEqual(result.body["properties"]["licenseType"], "BasePrice")
            self.assertEqual(result.body["properties"]["hybridSecondaryUsage"], "Passive")
            self.assertEqual(result.body["tags"], {"x": "y"})

    def test_at_once(self):
        with Armsim(scenario(timing={"license_ms": 0})) as sim:
            answer = sim.patch({"properties": {"hybridSecondaryUsage": "Passive"}})
            self.assertEqual(answer.status, 200)
            self.assertEqual(answer.body["properties"]["hybridSecondaryUsage"], "Passive")
            self.assertIn("Azure-AsyncOperation", answer.headers)

    def test_refused(self):
        with Armsim(scenario()) as sim:
            for body, code in (
                    ({"properties": {"licenseType": "Free"}}, "ManagedInstanceInvalidLicenseType"),
                    ({"properties": {"hybridSecondaryUsage": "passive"}}, "InvalidParameterValue"),
                    ({"properties": {"state": "Ready"}}, "InvalidRequestContent"),
                    ({"properties": {"hybridSecondaryUsageDetected": "Passive"}},
                     "InvalidRequestContent"),
                    ({"properties": 1}, "InvalidRequestContent"),
                    ({"name": "x"}, "InvalidRequestContent"),
                    ({"tags": {"a": 1}}, "InvalidRequestContent"),
                    ({"tags": "a"}, "InvalidRequestContent")):
                answer = sim.patch(body)
                self.assertEqual((answer.status, answer.code), (400, code), body)
            self.assertEqual(sim.arm("PATCH", MI + VERSION).code, "InvalidRequestContent")
            sim.control("link/sales-link", {"replica_state": "LinkInitialSeeding"})
            self.assertEqual(sim.patch({"tags": {}}).code, "OperationCanNotStartDueToMiLink")
            self.assertEqual(sim.state()["operations"], [])

    def test_fails(self):
        result = {"status": "Failed", "code": "Nope", "message": "no", "http_status": 409}
        with Armsim(scenario(instance={"update_result": result},
                             timing={"license_ms": 50})) as sim:
            answer = sim.patch({"properties": {"licenseType": "BasePrice"}})
            sim.wait(lambda: sim.follow(answer.headers["Location"]).status != 202, "its end")
            poll = sim.follow(answer.headers["Location"])
            self.assertEqual((poll.status, poll.code), (409, "Nope"))
            self.assertEqual(sim.get(MI).body["properties"]["licenseType"], "LicenseIncluded")


class Faults(unittest.TestCase):
    def test_delay(self):
        with Armsim(scenario(link=PRIMARY)) as sim:
            sim.fault(on="link.get", action="delay", delay_ms=400)
            sim.get(MI)
            begun = time.monotonic()
            self.assertEqual(sim.get(LINK).status, 200)
            self.assertGreaterEqual(time.monotonic() - begun, 0.39)
            self.assertEqual(sim.requests("link.get")[0]["fault"], "delay")

    def test_cut(self):
        for action, operations in (("cut_before", 0), ("cut_after", 1)):
            with Armsim(scenario(link=PRIMARY, faults=[{"on": "link.failover",
                                                        "action": action}])) as sim:
                with self.assertRaises(Cut):
                    sim.failover("Planned")
                self.assertEqual(len(sim.state()["operations"]), operations)
                record = sim.requests("link.failover")
                self.assertEqual(len(record), 1)
                self.assertEqual((record[0]["status"], record[0]["fault"]), (0, action))
                self.assertEqual(sim.failover("Planned").status, 409 if operations else 202)

    def test_status(self):
        with Armsim(scenario(link=PRIMARY)) as sim:
            sim.fault(on="link.get", action="status", status=429, headers={"Retry-After": "7"})
            answer = sim.get(LINK)
            self.assertEqual((answer.status, answer.code), (429, "SubscriptionTooManyRequests"))
            self.assertEqual(answer.headers["Retry-After"], "7")
            self.assertIn("x-ms-request-id", answer.headers)
            sim.fault(on="link.get", action="status", status=418, body={"error": {"code": "Tea"}})
            self.assertEqual(sim.get(LINK).code, "Tea")
            sim.fault(on="link.get", action="status", status=404, body="gone",
                      headers={"Content-Type": "text/x"})
            answer = sim.get(LINK)
            self.assertEqual((answer.status, answer.raw), (404, b"gone"))
            self.assertEqual(answer.headers["Content-Type"], "text/x")
            sim.fault(on="link.get", action="status", status=204)
            self.assertEqual(sim.get(LINK).status, 204)
            sim.fault(on="link.failover", action="status", status=503)
            self.assertEqual(sim.failover("Planned").code, "TooManyRequests")
            self.assertEqual(sim.state()["operations"], [])
            sim.fault(on="link.failover", action="status", status=504, after_effect=True)
            self.assertEqual(sim.failover("Planned").code, "RequestTimeout")
            self.assertEqual(len(sim.state()["operations"]), 1)
            sim.fault(on="token", action="status", status=503)
            self.assertEqual(sim.ask_token().body["error"], "temporarily_unavailable")

    def test_bodies_that_are_not_json(self):
        with Armsim(scenario()) as sim:
            sim.fault(on="link.get", action="html")
            answer = sim.get(LINK)
            self.assertEqual(answer.status, 502)
            self.assertIn("text/html", answer.headers["Content-Type"])
            self.assertNotIn("x-ms-request-id", answer.headers)
            self.assertIn(b"<html>", answer.raw)
            sim.fault(on="link.get", action="html", status=200)
            self.assertEqual(sim.get(LINK).status, 200)
            sim.fault(on="link.get", action="garbage")
            answer = sim.get(LINK)
            self.assertEqual(answer.status, 200)
            self.assertIn(b"\0\xff", answer.raw)
            sim.fault(on="link.get", action="empty")
            answer = sim.get(LINK)
            self.assertEqual((answer.status, answer.raw), (200, b""))

    def test_truncate(self):
        with Armsim(scenario(link=PRIMARY)) as sim:
            sim.fault(on="link.get", action="truncate")
            sim.get(MI)
            with contextlib.closing(sim.connect()) as connection:
                connection.request("GET", LINK + VERSION,
                                   headers={"Authorization": "Bearer " + sim.token})
                response = connection.getresponse()
                announced = int(response.headers["Content-Length"])
                with self.assertRaises(http.client.IncompleteRead) as caught:
                    response.read()
            self.assertEqual(len(caught.exception.partial), announced // 2)
            sim.fault(on="link.failover", action="truncate")
            with self.assertRaises(Cut):
                sim.failover("Planned")
            self.assertEqual(len(sim.state()["operations"]), 1)

    def test_drip(self):
        with Armsim(scenario()) as sim:
            whole = sim.get(MI + "/databases/Sales").raw
            sim.fault(on="database.get", action="drip", delay_ms=2)
            begun = time.monotonic()
            self.assertEqual(sim.get(MI + "/databases/Sales").raw, whole)
            self.assertGreaterEqual(time.monotonic() - begun, len(whole) * 0.002)

    def test_counting(self):
        faults = [{"on": "link.get", "nth": 2, "count": 2, "action": "status", "status": 500},
                  {"on": "instance.get", "nth": 0, "action": "status", "status": 503},
                  {"on": "any", "nth": 4, "action": "status", "status": 502}]
        with Armsim(scenario(faults=faults)) as sim:
            sim.ask_token()  # request 1 of "any"; the token for the rest is request 2
            self.assertEqual([sim.get(LINK).status for _ in range(5)], [200, 500, 500, 200, 200])
            self.assertEqual([sim.get(MI).status for _ in range(3)], [503] * 3)
            fired = [f["fired"] for f in sim.state()["faults"]]
            self.assertEqual(fired, [2, 3, 0])  # the third was due when the first struck
            sim.control("reset-faults", {})
            self.assertEqual(sim.get(MI).status, 200)

    def test_every_kind(self):
        with Armsim(scenario(link=PRIMARY)) as sim:
            answer = sim.failover("Planned")
            calls = {
                "token": sim.ask_token,
                "link.list": lambda: sim.get(LINKS),
                "link.get": lambda: sim.get(LINK),
                "link.failover": lambda: sim.failover("Planned"),
                "link.set_role": lambda: sim.set_role("Secondary", "Planned"),
                "instance.get": lambda: sim.get(MI),
                "instance.update": lambda: sim.patch({"tags": {}}),
                "database.list": lambda: sim.get(MI + "/databases"),
                "database.get": lambda: sim.get(MI + "/databases/Sales"),
                "lro.location": lambda: sim.follow(answer.headers["Location"]),
                "lro.async": lambda: sim.follow(answer.headers["Azure-AsyncOperation"]),
                "other": lambda: sim.get("/elsewhere"),
            }
            for kind, call in calls.items():
                sim.fault(on=kind, action="status", status=599)
                self.assertEqual(call().status, 599, kind)
                self.assertNotEqual(call().status, 599, kind)
                self.assertEqual(sim.requests()[-1]["kind"], kind)


class Control(unittest.TestCase):
    def test_requests_and_log(self):
        with Armsim(scenario(link=PRIMARY)) as sim:
            sim.get(LINK)
            sim.arm("POST", LINK + "/failover" + VERSION,
                    {"failoverType": "Planned", "adminPassword": "hush-hush"})
            records = sim.requests()
            self.assertEqual([r["n"] for r in records], [1, 2, 3])
            self.assertEqual([r["kind"] for r in records], ["token", "link.get", "link.failover"])
            self.assertEqual(set(records[0]), {
                "n", "time", "kind", "method", "path", "query", "api_version", "content_type",
                "user_agent", "client_request_id", "correlation_id", "authorized", "body",
                "password_sha256", "status", "response", "fault"})
            self.assertEqual(records[0]["response"]["body"]["access_token"], "***")
            self.assertEqual(records[0]["response"]["body"]["token_type"], "Bearer")
            self.assertEqual(records[1]["response"]["body"]["name"], "sales-link")
            self.assertEqual(records[1]["api_version"], "2025-01-01")
            self.assertEqual(records[1]["query"], VERSION[1:])
            self.assertIn("x-ms-request-id", records[1]["response"]["headers"])
            self.assertIn("Date", records[1]["response"]["headers"])
            self.assertEqual(records[2]["response"]["status"], records[2]["status"])
            self.assertEqual(records[2]["content_type"], "application/json; charset=utf-8")
            self.assertEqual(records[2]["password_sha256"],
                             {"adminPassword": hashlib.sha256(b"hush-hush").hexdigest()})
            self.assertEqual(records[0]["body"]["client_secret"], "***")
            self.assertEqual(records[2]["body"]["adminPassword"], "***")
            self.assertEqual(records[1]["path"], LINK + VERSION)
            self.assertTrue(records[1]["authorized"])
            self.assertEqual(sim.log(), records)
            with open(sim.log_path, encoding="utf-8") as file:
                text = file.read() + sim.stderr() + json.dumps(sim.state())
            for secret in (SECRET, urllib.parse.quote_plus(SECRET), sim.token, "hush-hush"):
                self.assertNotIn(secret, text)
            self.assertIn("armsim  POST …/sqlmi-dr/distributedAvailabilityGroups/sales-link/failover"
                          " -> 400", sim.stderr())
            sim.control("reset-log", {})
            self.assertEqual(sim.requests(), [])
            sim.get(LINK)
            self.assertEqual([r["n"] for r in sim.requests()], [4])

    def test_state(self):
        with Armsim(scenario()) as sim:
            state = sim.state()
            self.assertNotIn("client_secret", state)
            link = state["instances"][0]["links"][0]
            self.assertEqual(link["resource"]["properties"]["instanceLinkRole"], "Secondary")
            self.assertFalse(link["changing"])
            self.assertEqual(state["operations"], [])

    def test_merge(self):
        with Armsim(scenario()) as sim:
            self.assertEqual(sim.control("link/SALES-LINK?instance=SQLMI-DR", {
                "instance_role": "Primary", "partner_role": "Secondary"}).status, 200)
            self.assertEqual(sim.link()["instanceLinkRole"], "Primary")
            self.assertGreater(sim.control("role-changed/sales-link").body, 0)
            sim.control("link/sales-link", {"exists": False})
            self.assertEqual(sim.get(LINK).status, 404)
            sim.control("link/sales-link", {"exists": True})
            self.assertEqual(sim.get(LINK).status, 200)
            for path, body, status in (
                    ("link/other", {}, 404), ("link/sales-link?instance=no", {}, 404),
                    ("link/sales-link", {"rolle": 1}, 400), ("link/sales-link", [], 400),
                    ("link/sales-link", {"databases": [{"name": "no"}]}, 400),
                    ("fault", {"on": "any", "action": "delay"}, 400), ("fault", {"x": 1}, 400),
                    ("instance/other", {}, 404), ("instance/sqlmi-dr", {"links": []}, 400),
                    ("instance/sqlmi-dr", {"x": 1}, 400), ("nothing", {}, 404)):
                self.assertEqual(sim.control(path, body).status, status, path)
            self.assertEqual(sim.control("role-changed/other").status, 404)
            self.assertEqual(sim.control("link/sales-link").status, 404)  # GET


class Load(unittest.TestCase):
    def test_many_at_once(self):
        links = [{"name": f"link{i}", "instance_role": "Primary",
                  "databases": [{"name": f"db{i}"}]} for i in range(16)]
        with Armsim(scenario(instance={"links": links}, timing={"failover_ms": 100})) as sim:
            sim.get(MI)

            def work(i):
                with contextlib.closing(sim.connect()) as connection:
                    path = f"{LINKS}/link{i}"
                    seen = [sim.failover("Planned", path, connection).status]
                    port = connection.sock.getsockname()[1]
                    for _ in range(20):
                        seen.append(sim.arm("GET", path + VERSION, None, connection).status)
                    self.assertEqual(connection.sock.getsockname()[1], port)  # kept alive
                    return seen

            with concurrent.futures.ThreadPoolExecutor(16) as pool:
                for seen in pool.map(work, range(16)):
                    self.assertEqual(seen, [202] + [200] * 20)
            sim.wait(lambda: all(l["properties"]["instanceLinkRole"] == "Secondary"
                                 for l in sim.get(LINKS).body["value"]), "all roles swapped")
            self.assertEqual(len(sim.requests("link.failover")), 16)
            numbers = [r["n"] for r in sim.log()]
            self.assertEqual(sorted(numbers), list(range(1, len(numbers) + 1)))

    def test_tls(self):
        with Armsim(scenario()) as sim:
            untrusting = http.client.HTTPSConnection("localhost", sim.port, timeout=20)
            with self.assertRaises(ssl.SSLCertVerificationError):
                untrusting.request("GET", "/_sim/state")
            context = ssl.create_default_context(cafile=os.path.join(CERTIFICATES, "ca.pem"))
            by_address = http.client.HTTPSConnection("127.0.0.1", sim.port, context=context,
                                                     timeout=20)
            by_address.request("GET", "/_sim/state")
            self.assertEqual(by_address.getresponse().status, 200)
            by_address.close()
            with socket.create_connection(("127.0.0.1", sim.port)) as plain:
                plain.sendall(b"GET /_sim/state HTTP/1.1\r\nHost: x\r\n\r\n")
                self.assertNotIn(b"HTTP/1.1 200", plain.recv(1000))


def main():
    global ARGUMENTS, CERTIFICATES
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--armsim", required=True, help="the program")
    parser.add_argument("--make-cert", required=True, help="the script that makes certificates")
    ARGUMENTS, rest = parser.parse_known_args()
    with tempfile.TemporaryDirectory(prefix="armsim-cert-") as directory:
        subprocess.run([ARGUMENTS.make_cert, directory], check=True, stderr=subprocess.DEVNULL)
        CERTIFICATES = directory
        unittest.main(argv=[sys.argv[0], *rest], verbosity=1)


if __name__ == "__main__":
    main()
