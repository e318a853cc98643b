#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The published JSON Schema and the agent itself must say the same of every configuration.

Usage: test_config_schema.py --probe config_probe --docs docs [unittest options]"""

import argparse
import copy
import json
import os
import re
import subprocess
import sys
import unittest

import jsonschema

OPTIONS = None
GUID = "00000000-1111-2222-3333-444444444444"
DELETE = object()

SMALLEST = {
    "state_directory": "/var/lib/milink",
    "instances": [{"alias": "dr", "subscription_id": GUID, "resource_group": "rg",
                   "managed_instance": "mi", "rights": ["read"]}],
}
FULL = {
    "$schema": "config.schema.json", "cloud": "custom", "arm_endpoint": "https://arm.test:8443/",
    "authority": "https://[::1]:443", "audience": "https://arm.test/", "api_version": "2025-05-01-preview",
    "identity": {"type": "client_secret", "tenant_id": "contoso.com", "client_id": GUID, "secret": "arm"},
    "network": {"proxy": "http://proxy.test:8080", "proxy_user": "u", "proxy_secret": "proxy",
                "no_proxy": ["*.test", "10.0.0.1"]},
    "tls": {"ca_file": "/etc/milink/roots.pem"}, "state_directory": "/var/lib/milink",
    "log": {"file": "/var/log/agent.log", "level": "debug"}, "metrics": {"file": "/run/m.prom"},
    "listen": {"socket": "/run/milink/xp.sock"}, "sql_instances": ["MSSQLSERVER", "PAYROLL"],
    "workers": 8, "queue": 16, "journal": {"days": 30},
    "limits": {"failover_minutes": 1, "license_minutes": 1440, "link_minutes": 2, "instance_minutes": 2880,
               "database_minutes": 3},
    "instances": [{"alias": "dr", "subscription_id": GUID, "resource_group": "rg", "managed_instance": "mi",
                   "rights": ["read", "failover"]},
                  {"alias": "test", "subscription_id": GUID, "resource_group": "rg", "managed_instance": "mi-2",
                   "rights": ["license"]}],
}
MANAGED = {"client_id": GUID}, {"object_id": GUID}, {"resource_id": "/subscriptions/x/providers/y"}, {
    "endpoint": "http://127.0.0.1:40342"}
IDENTITY_VALUES = {
    "tenant_id": "contoso.com", "client_id": GUID, "object_id": GUID, "resource_id": "/subscriptions/x",
    "secret": "arm", "secret_file": "/etc/secret", "certificate_file": "/etc/app.pem",
    "certificate_secret": "pfx", "federated_token_file": "/run/token", "endpoint": "http://localhost:50342/",
    "key_directory": "/var/opt/azcmagent/tokens",
}

# Texts for the place of every text: each field takes some of them.
TEXTS = [
    "", " ", "a", "A", "z9", "0", "-", ".", "_", "$", "a b", "a/b", "a.b", "a..b", "a-b", "a--b", "a-", "-a", ".a",
    "a.", "ab_c", "ab$c", "a$", "$a", "_a", "9a", "a:b", "a@b", "a\tb", "a\n", "\n", "a\r\n", "a\x7f", "\u00fc",
    "a\u00fc", "\U0001f600", "*", "*.a", "[::1]", "::1", "%41", "a%b", "a\\b", "a'b", 'a"b', "a|b", "a,b", "null",
    "public", "Public", "custom", "info", "debug", "INFO", "arc", "imds", "read", "common", "organizations", "commonx",
    "consumers.com", "2025-01-01", "2025-01-01-preview", "2025-1-1", "2025-01-01-beta", "2025-01-01\n", GUID,
    GUID.upper().replace("0", "A"), GUID[:-1], GUID + "0", "{" + GUID + "}", "/", "/a", "//", "//a", "/a\n", "/a b",
    "/\u00fc", "a/", "/subscriptions/", "/subscriptions/x", "/subscriptions/x y", "/Subscriptions/x",
    "https://a", "https://a/", "https://a//", "https://a:1", "https://a:0", "https://a:65535", "https://a:65536",
    "https://a:00080", "https://a:000080", "https://a:00000", "https://a:", "https://a:x", "https://a?b", "https://a#b",
    "https://u@a", "https://-a", "https://a-", "https://a_b", "https://.a", "https://", "https:///", "https://[::1]",
    "https://[::1]:8/", "https://[:]", "https://[]", "https://[::1", "https://[g::]", "HTTPS://a", "http://a",
    "http://a:8080", "http://a:8080/", "http://a:8080//", "http://a:08080", "http://a:0", "http://a:99999",
    "http://a:65535", "http://a:65536", "http://u:p@a:1", "http://:1", "http://[::1]:1", "http://[]:1", "ftp://a:1",
    "http://127.0.0.1", "http://127.0.0.1:40342", "http://127.0.0.1:40342/", "http://127.0.0.1/x", "http://127.0.0.2",
    "http://localhost", "http://localhost:1", "http://localhosts", "http://[::1]", "http://[::1]:5/",
    "http://169.254.169.254", "http://169.254.169.254:80", "http://10.0.0.1", "https://localhost",
    "a" * 15, "a" * 16, "a" * 17, "a" * 63, "a" * 64, "a" * 65, "a" * 90, "a" * 91, "a" * 126, "a" * 127, "a" * 128,
    "a" * 253, "a" * 254, "a" * 1024, "/" + "a" * 92, "/" + "a" * 93, "/" + "a" * 94, "/" + "a" * 1022,
    "/" + "a" * 1023, "https://" + "a" * 247, "https://" + "a" * 248, "https://" + "a" * 253, "https://" + "a" * 254,
    "http://" + "a" * 243 + ":8080", "http://" + "a" * 245 + ":8080", "/subscriptions/" + "a" * 496,
    "/subscriptions/" + "a" * 497, "a" * 89 + ".", "a" + "-a" * 31, "a" + "-a" * 32,
]
OTHERS = [None, True, False, 0, 1, -1, 1.5, 8.0, 29, 30, 31, 64, 65, 256, 257, 1440, 1441, 2880, 2881, 36500, 36501,
          4294967297, 1e300, [], {}, [""], [None], [[]], [{}], ["a"], {"a": 1}]


def parse_options():
    parser = argparse.ArgumentParser()
    parser.add_argument("--probe", required=True)
    parser.add_argument("--docs", required=True)
    return parser.parse_known_args()


def changed(base, *changes):
    """A copy with values set (or deleted) at paths of keys and numbers."""
    document = copy.deepcopy(base)
    for path, value in changes:
        at = document
        for step in path[:-1]:
            at = at[step]
        if value is DELETE:
            del at[path[-1]]
        else:
            at[path[-1]] = value
    return document


def places(value, path=()):
    """The path of every value within."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield path + (key,)
        yield from places(inner, path + (key,))


def ecma_pattern(validator, pattern, instance, schema):
    """JSON Schema's expressions are ECMA-262's, whose $ is the end alone and not also before a line feed."""
    if validator.is_type(instance, "string") and not re.search(re.sub(r"\$(?=$|\))", r"\\Z", pattern), instance):
        yield jsonschema.ValidationError(f"{instance!r} does not match {pattern!r}")


class Schema(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        with open(os.path.join(OPTIONS.docs, "config.schema.json"), encoding="utf-8") as source:
            schema = json.load(source)
        jsonschema.Draft202012Validator.check_schema(schema)
        kind = jsonschema.validators.extend(jsonschema.Draft202012Validator, {"pattern": ecma_pattern})
        cls.validator = kind(schema)
        # pylint: disable=consider-using-with
        cls.probe = subprocess.Popen([OPTIONS.probe], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                                     encoding="utf-8")

    @classmethod
    def tearDownClass(cls):
        cls.probe.stdin.close()
        cls.probe.stdout.close()
        if cls.probe.wait(timeout=30) != 0:
            raise AssertionError("config_probe failed")

    def agent(self, document):
        """None when the agent takes it, else what it says."""
        self.probe.stdin.write(json.dumps(document, ensure_ascii=False).replace("\x7f", "\\u007f") + "\n")
        self.probe.stdin.flush()
        answer = self.probe.stdout.readline().rstrip("\n")
        return None if answer == "ok" else answer

    def schema(self, document):
        errors = sorted(self.validator.iter_errors(document), key=lambda e: list(map(str, e.path)))
        return "; ".join(e.message[:200] for e in errors) or None

    def agree(self, document, good=None):
        agent, schema = self.agent(document), self.schema(document)
        if (agent is None) != (schema is None):
            self.fail(f"{json.dumps(document)[:3000]}\nthe agent: {agent}\nthe schema: {schema}")
        if good is not None and (agent is None) != good:
            self.fail(f"{json.dumps(document)[:3000]}\nthe agent: {agent}")
        return agent is None

    def test_example(self):
        with open(os.path.join(OPTIONS.docs, "config.example.json"), encoding="utf-8") as source:
            self.agree(json.load(source), True)

    def test_starting_points(self):
        self.agree(SMALLEST, True)
        self.agree(FULL, True)
        for other in ([], "x", None, 1, {}):
            self.agree(other, False)

    def test_every_value(self):
        """At each place of a full configuration, each text and each other value."""
        taken = refused = 0
        for path in places(FULL):
            for value in TEXTS + OTHERS:
                if self.agree(changed(FULL, (path, value))):
                    taken += 1
                else:
                    refused += 1
        self.assertGreater(taken, 300)
        self.assertGreater(refused, 3000)

    def test_every_key(self):
        """Each key left out, each misspelt, and one more in each object."""
        for path in places(FULL):
            self.agree(changed(FULL, (path, DELETE)))
            if isinstance(path[-1], str):
                self.agree(changed(FULL, (path[:-1] + (path[-1] + "x",), 1)), False)
                self.agree(changed(FULL, (path[:-1] + ("password",), "hunter2")), False)

    def test_clouds(self):
        urls = ("arm_endpoint", "authority", "audience")
        for cloud in ("public", "usgov", "china", DELETE):
            self.agree(changed(FULL, (("cloud",), cloud)), False)
            self.agree(changed(FULL, (("cloud",), cloud), *(((url,), DELETE) for url in urls)), True)
        for url in urls:
            self.agree(changed(FULL, ((url,), DELETE)), False)

    def test_identities(self):
        """Each type, and none, with each key alone and with each pair and triple of them."""
        keys = list(IDENTITY_VALUES)
        sets = [()] + [(a,) for a in keys] + [(a, b) for a in keys for b in keys if a < b] + [
            (a, b, c) for a in keys for b in keys for c in keys if a < b < c]
        sets += [("tenant_id", "client_id", *rest) for rest in sets if not {"tenant_id", "client_id"} & set(rest)]
        taken = 0
        for kind in ("arc", "imds", "client_secret", "client_certificate", "workload", "cli", "auto", None):
            for chosen in sets:
                identity = {key: IDENTITY_VALUES[key] for key in chosen}
                if kind:
                    identity["type"] = kind
                taken += self.agree({**SMALLEST, "identity": identity})
        self.assertGreater(taken, 100)

    def test_values_of_identities(self):
        """Each text in the place of each key, with the type auto, which takes them all."""
        for key in IDENTITY_VALUES:
            for value in TEXTS + OTHERS:
                identity = {"type": "auto", "tenant_id": "contoso.com"}
                if key not in ("object_id", "resource_id"):
                    identity["client_id"] = GUID
                if key == "certificate_secret":
                    identity["certificate_file"] = "/etc/app.pem"
                self.agree({**SMALLEST, "identity": {**identity, key: value}})

    def test_lists(self):
        instance = FULL["instances"][0]
        for count in (0, 1, 100, 101):
            instances = [{**instance, "alias": f"a{i}", "managed_instance": f"m{i}"} for i in range(count)]
            self.agree(changed(FULL, (("instances",), instances)), 1 <= count <= 100)
        for count in (0, 50, 51):
            self.agree(changed(FULL, (("sql_instances",), [f"A{i}" for i in range(count)])), count <= 50)
        for count in (0, 32, 33):
            self.agree(changed(FULL, (("network", "no_proxy"), [f"a{i}" for i in range(count)])), count <= 32)
        self.agree(changed(FULL, (("sql_instances",), ["A", "A"])), False)
        self.agree(changed(FULL, (("network", "no_proxy"), ["a", "a"])), True)
        self.agree(changed(FULL, (("instances", 1), instance)), False)
        rights = ["read", "license", "failover", "forced_failover", "lifecycle", "certificate", "database"]
        self.agree(changed(FULL, (("instances", 0, "rights"), rights)), True)
        self.agree(changed(FULL, (("instances", 0, "rights"), rights + ["read"])), False)

    def test_beyond_the_schema(self):
        """What the agent alone can tell, as the schema's description says."""
        for change in (((("instances", 1, "alias"), "DR"),),
                       ((("instances", 1, "managed_instance"), "mi"),),
                       ((("sql_instances",), ["payroll", "PAYROLL"]),),
                       ((("state_directory",), "C:\\ProgramData\\milink"),)):
            document = changed(FULL, *change)
            self.assertIsNone(self.schema(document))
            self.assertIsNotNone(self.agent(document))


if __name__ == "__main__":
    OPTIONS, REST = parse_options()
    unittest.main(argv=[sys.argv[0]] + REST, verbosity=2)
