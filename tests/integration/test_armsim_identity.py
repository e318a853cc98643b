#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Proves armsim's other half: how Entra ID judges credentials, IMDS and Arc, claims challenges, network faults."""

import argparse
import base64
import contextlib
import email.utils
import hashlib
import http.client
import json
import os
import re
import socket
import ssl
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.parse
import uuid

import test_armsim
from test_armsim import CLIENT, LINK, SCOPE, SECRET, TENANT, VERSION, Answer, Cut, scenario

RESOURCE = "https://management.azure.com"
JWT_BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
MINUTE = 60
VALIDATE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "specs", "validate")


def base64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def claims_of(token):
    payload = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))


class Key:
    """An RSA key and its certificate, in files; signs as openssl does."""

    def __init__(self, directory, name, bits=2048):
        self.key = os.path.join(directory, name + ".key")
        self.pem = os.path.join(directory, name + ".pem")
        subprocess.run(["openssl", "req", "-x509", "-newkey", f"rsa:{bits}", "-nodes", "-days", "2", "-subj",
                        "/CN=" + name, "-keyout", self.key, "-out", self.pem], check=True, stderr=subprocess.DEVNULL)
        with open(self.pem, encoding="ascii") as file:
            self.text = file.read()
        self.der = ssl.PEM_cert_to_DER_cert(self.text)

    def thumbprint(self, algorithm):
        if algorithm == "PS256":
            return {"x5t#S256": base64url(hashlib.sha256(self.der).digest())}
        return {"x5t": base64url(hashlib.sha1(self.der).digest())}

    def sign(self, text, algorithm, salt=32):
        padding = ["-sigopt", "rsa_padding_mode:pss", "-sigopt", f"rsa_pss_saltlen:{salt}"]
        return subprocess.run(["openssl", "dgst", "-sha256", "-sign", self.key,
                               *(padding if algorithm == "PS256" else [])],
                              input=text.encode(), check=True, capture_output=True).stdout


class Sim(test_armsim.Armsim):
    """A simulator with an identity service, and a client of both."""

    def __init__(self, content, *options):
        directory = tempfile.mkdtemp(prefix="armsim-identity-")
        self.identity_path = os.path.join(directory, "port")
        super().__init__(content, "--identity-port-file", self.identity_path, *options)
        with open(self.identity_path, encoding="ascii") as file:
            self.identity_port = int(file.read())

    def url(self):
        return f"https://localhost:{self.port}/{TENANT}/oauth2/v2.0/token"

    def assertion(self, key, algorithm="PS256", header=None, salt=32, **claims):
        now = int(time.time())
        head = {"alg": algorithm, "typ": "JWT", **key.thumbprint(algorithm), **(header or {})}
        body = {"aud": self.url(), "iss": CLIENT, "sub": CLIENT, "jti": str(uuid.uuid4()), "iat": now,
                "nbf": now - MINUTE, "exp": now + 9 * MINUTE, **claims}
        text = ".".join(base64url(json.dumps({k: v for k, v in part.items() if v is not None}).encode())
                        for part in (head, body))
        return text + "." + base64url(key.sign(text, algorithm, salt))

    def ask_with(self, assertion, **changes):
        return self.ask_token(client_secret=None, client_assertion=assertion,
                              **{"client_assertion_type": JWT_BEARER, **changes})

    def host(self, path="/metadata/identity/oauth2/token", method="GET", headers=None, **query):
        """A request to the service on the machine; a parameter None is left out."""
        query = {"api-version": "2018-02-01", "resource": RESOURCE, **{k.replace("_", "-") if k == "api_version" else k: v
                                                                       for k, v in query.items()}}
        text = urllib.parse.urlencode({k: v for k, v in query.items() if v is not None}, doseq=True)
        connection = http.client.HTTPConnection("127.0.0.1", self.identity_port, timeout=20)
        with contextlib.closing(connection):
            connection.request(method, f"{path}?{text}", headers={"Metadata": "true"} if headers is None else headers)
            response = connection.getresponse()
            return Answer(response, response.read())

    def arc(self, authorization=None, **query):
        headers = {"Metadata": "true", **({"Authorization": authorization} if authorization else {})}
        return self.host(headers=headers, **{"api_version": "2020-06-01", **query})

    def change(self, **identity):
        answer = self.control("identity", identity)
        assert answer.status == 200, answer.raw

    def use(self, token):
        return self.send("GET", LINK + VERSION, headers={"Authorization": "Bearer " + token})


class Keys(unittest.TestCase):
    """Tests that need keys: made once, they take long."""

    @classmethod
    def setUpClass(cls):
        directory = tempfile.TemporaryDirectory(prefix="armsim-keys-")
        cls.addClassCleanup(directory.cleanup)
        cls.key = Key(directory.name, "registered")
        cls.other = Key(directory.name, "stranger")

    def assertRefused(self, answer, number, status=401, error="invalid_client", part=""):
        self.assertEqual((answer.status, answer.body["error"], answer.body["error_codes"]),
                         (status, error, [number]), answer.raw)
        self.assertIn(f"AADSTS{number}: ", answer.body["error_description"])
        self.assertIn(part, answer.body["error_description"])


class Certificates(Keys):
    def sim(self, **identity):
        return Sim(scenario(identity={"certificates": [self.other.text.replace("-----", "x", 1), self.key.pem],
                                      **identity}))

    def test_accepted(self):
        for certificate in (self.key.text, self.key.pem):
            with Sim(scenario(identity={"certificates": [certificate]})) as sim:
                for algorithm in ("PS256", "RS256"):
                    answer = sim.ask_with(sim.assertion(self.key, algorithm))
                    self.assertEqual(answer.status, 200, answer.raw)
                    self.assertEqual(sim.use(answer.body["access_token"]).status, 200)
                chain = [base64.b64encode(self.key.der).decode()]
                self.assertEqual(sim.ask_with(sim.assertion(self.key, header={"x5c": chain})).status, 200)

    def test_two_registered_certificates(self):
        with Sim(scenario(identity={"certificates": [self.other.text, self.key.text]})) as sim:
            for key in (self.key, self.other):
                self.assertEqual(sim.ask_with(sim.assertion(key)).status, 200)

    def test_key(self):
        with self.sim() as sim:
            self.assertRefused(sim.ask_with(sim.assertion(self.other)), 700027, part="key was not found")
            stolen = self.key.thumbprint("PS256")
            self.assertRefused(sim.ask_with(sim.assertion(self.other, header=stolen)), 700027, part="signature")
            good = sim.assertion(self.key)
            signed, signature = good.rsplit(".", 1)
            flipped = ("B" if signature[20] == "A" else "A").join((signature[:20], signature[21:]))
            self.assertRefused(sim.ask_with(signed + "." + flipped), 700027, part="signature")
            self.assertRefused(sim.ask_with(sim.assertion(self.key, salt=20)), 700027, part="signature")
            self.assertEqual(sim.ask_with(good).status, 200, "a refused one has not used up its jti")

    def test_thumbprint_belongs_to_the_algorithm(self):
        with self.sim() as sim:
            for header in ({"alg": "RS256"}, {"x5t#S256": None}, self.key.thumbprint("RS256"),
                           {"x5t#S256": self.key.thumbprint("PS256")["x5t#S256"] + "="}):
                self.assertRefused(sim.ask_with(sim.assertion(self.key, header=header)), 700027)
            wrong = {"x5t": None, **self.key.thumbprint("PS256")}
            self.assertRefused(sim.ask_with(sim.assertion(self.key, "RS256", header=wrong)), 700027)

    def test_algorithm(self):
        with self.sim() as sim:
            for algorithm in ("none", "HS256", "ES256", "PS384", None):
                self.assertRefused(sim.ask_with(sim.assertion(self.key, header={"alg": algorithm})), 5002738)
        with self.sim(reject_ps256=True) as sim:
            self.assertRefused(sim.ask_with(sim.assertion(self.key)), 5002738, part="PS256")
            self.assertEqual(sim.ask_with(sim.assertion(self.key, "RS256")).status, 200)

    def test_names(self):
        with self.sim() as sim:
            for claims, number in (({"iss": "other"}, 700021), ({"sub": "other"}, 700021), ({"sub": None}, 700021),
                                   ({"aud": sim.url() + "/"}, 700023), ({"aud": None}, 700023),
                                   ({"aud": [sim.url()]}, 700023),
                                   ({"aud": "https://login.microsoftonline.com/" + TENANT}, 700023)):
                self.assertRefused(sim.ask_with(sim.assertion(self.key, **claims)), number)

    def test_times(self):
        now = int(time.time())
        with self.sim() as sim:
            for claims in ({"nbf": now + 5 * MINUTE, "exp": now + 10 * MINUTE},
                           {"nbf": now - 10 * MINUTE, "exp": now - 1}, {"exp": now + 10 * MINUTE},
                           {"nbf": now + MINUTE, "exp": now - MINUTE}):
                self.assertRefused(sim.ask_with(sim.assertion(self.key, **claims)), 700024, part="Current time")
            for claims in ({"nbf": None}, {"iat": None}, {"exp": None}, {"nbf": str(now - MINUTE)}):
                self.assertRefused(sim.ask_with(sim.assertion(self.key, **claims)), 50027)

    def test_judges_by_its_own_clock(self):
        with Sim(scenario(timing={"clock_skew_seconds": 3600}, identity={"certificates": [self.key.pem]})) as sim:
            refused = sim.ask_with(sim.assertion(self.key))
            self.assertRefused(refused, 700024)
            theirs = int(email.utils.parsedate_to_datetime(refused.headers["Date"]).timestamp())
            self.assertEqual(sim.ask_with(sim.assertion(self.key, iat=theirs, nbf=theirs - MINUTE,
                                                        exp=theirs + 9 * MINUTE)).status, 200)

    def test_used_once(self):
        with self.sim() as sim:
            assertion = sim.assertion(self.key)
            self.assertEqual(sim.ask_with(assertion).status, 200)
            self.assertRefused(sim.ask_with(assertion), 50027, part="jti")
            self.assertRefused(sim.ask_with(sim.assertion(self.key, jti=None)), 50027, part="jti")

    def test_malformed(self):
        with self.sim() as sim:
            good = sim.assertion(self.key)
            for text in ("", "x", "a.b", good + ".x", good + "=", good.replace(".", "..", 1), "!" + good,
                         base64url(b"[]") + "." + good.split(".", 1)[1], "A" * 8 + "." + good.split(".", 1)[1]):
                self.assertRefused(sim.ask_with(text), 50027)
            self.assertRefused(sim.ask_with(sim.assertion(self.key, header={"typ": "JOSE"})), 50027, part="typ")
            self.assertRefused(sim.ask_with(sim.assertion(self.key, header={"x5c": "text"})), 50027, part="x5c")

    def test_form(self):
        with self.sim() as sim:
            self.assertRefused(sim.ask_with(sim.assertion(self.key), client_assertion_type=None), 900144, 400,
                               "invalid_request")
            self.assertRefused(sim.ask_with(sim.assertion(self.key), client_assertion_type="jwt"), 50027, 400,
                               "invalid_request")
            both = sim.ask_token(client_assertion=sim.assertion(self.key), client_assertion_type=JWT_BEARER)
            self.assertRefused(both, 90100, 400, "invalid_request")
            logged = json.dumps(sim.requests()) + "".join(json.dumps(line) for line in sim.log())
            self.assertNotIn("eyJ", logged)

    def test_a_short_key(self):
        with tempfile.TemporaryDirectory() as directory:
            short = Key(directory, "short", 1024)
            with Sim(scenario(identity={"certificates": [short.text]})) as sim:
                self.assertRefused(sim.ask_with(sim.assertion(short)), 700027)


class Federated(Keys):
    TOKEN = ".".join(base64url(part) for part in (
        b'{"alg":"RS256","kid":"k"}', b'{"iss":"https://issuer.example","sub":"s","aud":"api://AzureADTokenExchange"}',
        b"signature"))

    def test_accepted(self):
        with Sim(scenario(identity={"federated_tokens": [self.TOKEN]})) as sim:
            self.assertEqual(sim.ask_with(self.TOKEN).status, 200)
            self.assertEqual(sim.ask_with(self.TOKEN).status, 200, "these may come again")
            self.assertRefused(sim.ask_with(self.TOKEN[:-1] + "A"), 700213)
            self.assertRefused(sim.ask_with(self.TOKEN + "\n"), 50027)
            self.assertNotIn("issuer", json.dumps(sim.state()))

    def test_rotated(self):
        with Sim(scenario(identity={"federated_tokens": ["x.y.z"]})) as sim:
            self.assertRefused(sim.ask_with(self.TOKEN), 700213)
            sim.change(federated_tokens=[self.TOKEN])
            self.assertEqual(sim.ask_with(self.TOKEN).status, 200)

    def test_replication_lag(self):
        for number in ("700213", "700211", "70021"):
            with Sim(scenario(identity={"federated_tokens": [self.TOKEN], "federated_misses": 2,
                                        "federated_error": number})) as sim:
                for _ in range(2):
                    self.assertRefused(sim.ask_with(self.TOKEN), int(number))
                self.assertEqual(sim.ask_with(self.TOKEN).status, 200)


class Endpoint(unittest.TestCase):
    def test_scopes_and_audiences(self):
        with Sim(scenario()) as sim:
            tokens = {}
            for audience in (RESOURCE, RESOURCE + "/", "https://management.core.windows.net/", "https://vault.azure.net"):
                tokens[audience] = sim.ask_token(scope=audience + "/.default").body["access_token"]
                self.assertTrue(tokens[audience].startswith("eyJ"))
                self.assertEqual(claims_of(tokens[audience])["aud"], audience)
                good = "vault" not in audience
                self.assertEqual(sim.use(tokens[audience]).status, 200 if good else 401, audience)
            self.assertEqual(len(set(tokens.values())), 4)
            self.assertEqual(sim.use(tokens["https://vault.azure.net"]).code, "InvalidAuthenticationTokenAudience")
            claims = claims_of(tokens[RESOURCE])
            self.assertEqual((claims["appid"], claims["tid"]), (CLIENT, TENANT))
            self.assertEqual(claims["exp"] - claims["iat"], 3600)
            self.assertIn("oid", claims)

    def test_lifetimes(self):
        with Sim(scenario(identity={"refresh_in": 1800})) as sim:
            body = sim.ask_token().body
            self.assertEqual((body["expires_in"], body["refresh_in"]), (3600, 1800))
            sim.change(numbers_as_text=True)
            body = sim.ask_token().body
            self.assertEqual((body["expires_in"], body["refresh_in"]), ("3600", "1800"))
            sim.change(refresh_in=None)
            self.assertNotIn("refresh_in", sim.ask_token().body)

    def test_claims(self):
        with Sim(scenario()) as sim:
            text = '{"access_token":{"nbf":{"essential":true,"value":"1"}}}'
            self.assertEqual(sim.ask_token(claims=text).status, 200)
            self.assertEqual(sim.requests("token")[-1]["body"]["claims"], text)
            for wrong in ("", "x", "[]"):
                answer = sim.ask_token(claims=wrong)
                self.assertEqual((answer.status, answer.body["error"]), (400, "invalid_request"), wrong)

    def test_throttled(self):
        with Sim(scenario(faults=[{"on": "token", "action": "status", "status": 429, "retry_after": 7},
                                  {"on": "token", "nth": 2, "action": "status", "status": 503, "retry_after": 60,
                                   "retry_after_date": True}])) as sim:
            answer = sim.ask_token()
            self.assertEqual((answer.status, answer.headers["Retry-After"]), (429, "7"))
            self.assertEqual(answer.body["error"], "temporarily_unavailable")
            answer = sim.ask_token()
            until = email.utils.parsedate_to_datetime(answer.headers["Retry-After"])
            now = email.utils.parsedate_to_datetime(answer.headers["Date"])
            self.assertEqual(answer.status, 503)
            self.assertIn((until - now).total_seconds(), (59, 60))
            self.assertEqual(sim.ask_token().status, 200)

    def test_identity_is_strict(self):
        for identity, part in (({"certificates": "x"}, "certificates"), ({"certificates": [1]}, "certificates"),
                               ({"federated_tokens": {}}, "federated_tokens"), ({"service": "arc"}, "key_directory"),
                               ({"service": "vm"}, "service"), ({"claims_challenge": "x"}, "claims_challenge"),
                               ({"arc_quirk": "odd"}, "arc_quirk"), ({"nonsense": 1}, "unknown key")):
            with Sim(scenario()) as sim:
                answer = sim.control("identity", identity)
                self.assertEqual(answer.status, 400)
                self.assertIn(part, answer.body["error"]["message"])


class Claims(unittest.TestCase):
    CLAIMS = '{"access_token":{"nbf":{"essential":true, "value":"1604106651"}}}'

    def challenge(self, answer):
        self.assertEqual(answer.status, 401)
        header = answer.headers["WWW-Authenticate"]
        self.assertIn('error="insufficient_claims"', header)
        return base64.b64decode(re.search(r'claims="([^"]*)"', header).group(1)).decode()

    def test_challenge(self):
        with Sim(scenario()) as sim:
            token = sim.ask_token().body["access_token"]
            self.assertEqual(sim.use(token).status, 200)
            sim.change(claims_challenge=self.CLAIMS)
            claims = self.challenge(sim.use(token))
            self.assertEqual(claims, self.CLAIMS)
            self.challenge(sim.use(sim.ask_token().body["access_token"]))
            other = '{"access_token":{"nbf":{"essential":true,"value":"1"}}}'
            self.challenge(sim.use(sim.ask_token(claims=other).body["access_token"]))
            merged = json.loads(claims)
            merged["access_token"]["xms_cc"] = {"values": ["cp1"]}
            for good in (claims, json.dumps(merged)):
                self.assertEqual(sim.use(sim.ask_token(claims=good).body["access_token"]).status, 200)
            sim.change(claims_challenge=None)
            self.assertEqual(sim.use(token).status, 200)

    def test_among_others(self):
        with Sim(scenario(identity={"claims_challenge": self.CLAIMS, "claims_form": "second"})) as sim:
            answer = sim.use(sim.ask_token().body["access_token"])
            self.assertTrue(answer.headers["WWW-Authenticate"].startswith("PoP "))
            self.assertEqual(self.challenge(answer), self.CLAIMS)


class Imds(unittest.TestCase):
    ASSIGNED = [{"name": "one"}, {"name": "two", "client_id": "12121212-0000-1111-2222-333333333333"}]

    def sim(self, **identity):
        return Sim(scenario(identity={"service": "imds", **identity}))

    def test_token(self):
        with self.sim() as sim:
            before = int(time.time())
            answer = sim.host()
            self.assertEqual(answer.status, 200, answer.raw)
            self.assertEqual(answer.headers["Content-Type"].split(";")[0], "application/json")
            body = answer.body
            self.assertEqual(set(body), {"access_token", "client_id", "expires_in", "expires_on", "not_before",
                                         "resource", "token_type"})
            self.assertTrue(all(isinstance(value, str) for value in body.values()))
            self.assertEqual((body["expires_in"], body["resource"], body["token_type"]), ("3600", RESOURCE, "Bearer"))
            self.assertIn(int(body["expires_on"]) - before, range(3600, 3660))
            self.assertEqual(sim.use(body["access_token"]).status, 200)
            (logged,) = sim.requests("identity.token")
            self.assertTrue(logged["authorized"])
            self.assertNotIn("eyJ", json.dumps(logged))

    def test_refused(self):
        with self.sim() as sim:
            for arguments, status, error in (
                    ({"headers": {}}, 400, "bad_request_102"), ({"headers": {"Metadata": "True"}}, 400, "bad_request_102"),
                    ({"headers": {"Metadata": "true", "X-Forwarded-For": "x"}}, 400, "invalid_request"),
                    ({"method": "POST"}, 405, "method_not_allowed"), ({"api_version": None}, 400, "invalid_request"),
                    ({"api_version": "2019-11-01"}, 400, "invalid_request"),
                    ({"api_version": ["2018-02-01"] * 2}, 400, "invalid_request"),
                    ({"resource": None}, 400, "invalid_resource"), ({"resource": "https://x"}, 400, "invalid_resource"),
                    ({"resource": SCOPE}, 400, "invalid_resource"),
                    ({"client_id": "other"}, 400, "invalid_request"),
                    ({"client_id": "a", "object_id": "b"}, 400, "invalid_request")):
                answer = sim.host(**arguments)
                self.assertEqual((answer.status, answer.body["error"]), (status, error), arguments)
                self.assertIn("error_description", answer.body)
            for path in ("/metadata/identity/oauth2/token/", "/Metadata/identity/oauth2/token", "/"):
                self.assertEqual(sim.host(path).status, 404, path)
            self.assertEqual(sim.send("GET", "/metadata/identity/oauth2/token").status, 401, "not over HTTPS")

    def test_selectors(self):
        with self.sim(assigned=self.ASSIGNED) as sim:
            whole = {one["name"]: one for one in sim.state()["identity"]["assigned"]}
            two = whole["two"]
            self.assertEqual(two["client_id"], self.ASSIGNED[1]["client_id"])
            for query in ({"client_id": two["client_id"].upper()}, {"object_id": two["object_id"]},
                          {"msi_res_id": two["resource_id"]}):
                body = sim.host(**query).body
                self.assertEqual((body["client_id"], body["object_id"], body["msi_res_id"]),
                                 (two["client_id"], two["object_id"], two["resource_id"]))
                self.assertEqual(claims_of(body["access_token"])["appid"], two["client_id"])
            system = sim.host().body["client_id"]
            self.assertNotIn(system, (two["client_id"], whole["one"]["client_id"]))
            self.assertEqual(sim.host(mi_res_id=two["resource_id"]).body["client_id"], system, "App Service's spelling")
        with self.sim(assigned=self.ASSIGNED, system_assigned=False) as sim:
            self.assertEqual(sim.host().body["error_description"], "Identity not found")
            self.assertEqual(sim.host(client_id=self.ASSIGNED[1]["client_id"]).status, 200)

    def test_faults(self):
        for status, extra in ((404, {}), (410, {}), (429, {"retry_after": 3}), (500, {})):
            with self.sim() as sim:
                sim.fault(on="identity.token", action="status", status=status, **extra)
                answer = sim.host()
                self.assertEqual(answer.status, status)
                self.assertIn("error_description", answer.body)
                self.assertEqual(answer.headers["Retry-After"], "3" if extra else None)
                self.assertEqual(sim.host().status, 200)
        with self.sim() as sim:
            sim.fault(on="identity.token", action="html", status=403)
            self.assertIn(b"<html>", sim.host().raw)
            sim.fault(on="identity.token", action="cut_before")
            with self.assertRaises((http.client.HTTPException, ConnectionError)):
                sim.host()

    def test_times(self):
        with self.sim(cached_seconds=3000) as sim:
            body = sim.host().body
            self.assertEqual(body["expires_in"], "3600")
            self.assertLessEqual(int(body["expires_on"]) - time.time(), 600)
            for form, pattern in (("number", None), ("us", r"\d\d/\d\d/\d{4} \d\d:\d\d:\d\d"),
                                  ("space", r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d"),
                                  ("rfc3339", r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")):
                sim.change(expires_on=form)
                value = sim.host().body["expires_on"]
                self.assertTrue(isinstance(value, int) if pattern is None else re.fullmatch(pattern, value), value)
            sim.change(expires_on="absent")
            self.assertNotIn("expires_on", sim.host().body)

    def test_none(self):
        with Sim(scenario()) as sim:
            self.assertEqual(sim.host().status, 404)
            sim.change(service="imds")
            self.assertEqual(sim.host().status, 200)


class Arc(unittest.TestCase):
    def setUp(self):
        self.above = tempfile.TemporaryDirectory(prefix="armsim-arc-")
        self.addCleanup(self.above.cleanup)
        self.directory = os.path.join(self.above.name, "Tokens")
        os.mkdir(self.directory)

    def sim(self, **identity):
        return Sim(scenario(identity={"service": "arc", "key_directory": self.directory, **identity}))

    def realm(self, answer):
        self.assertEqual(answer.status, 401, answer.raw)
        return re.fullmatch(r'Basic realm="?([^"]+)"?', answer.headers["WWW-Authenticate"]).group(1)

    def read(self, path):
        with open(path, "rb") as file:
            return file.read().decode("latin-1")

    def test_challenge(self):
        with self.sim() as sim:
            first, second = self.realm(sim.arc()), self.realm(sim.arc())
            self.assertNotEqual(first, second)
            for path in (first, second):
                self.assertEqual(os.path.dirname(path), self.directory)
                self.assertRegex(os.path.basename(path), r"^[A-Za-z0-9_-]{1,64}\.key$")
                self.assertEqual(os.stat(path).st_mode & 0o777, 0o600)
                key = self.read(path)
                self.assertRegex(key, r"^[!-~]{64}$")
                answer = sim.arc("Basic " + key)
                self.assertEqual(answer.status, 200, answer.raw)
                self.assertEqual(sim.use(answer.body["access_token"]).status, 200)
                self.assertFalse(os.path.exists(path))
                self.assertEqual(sim.arc("Basic " + key).status, 401, "good for one answer")
            self.assertEqual([len(sim.requests("identity." + kind)) for kind in ("challenge", "token")], [2, 4])
            self.assertNotIn(key, json.dumps(sim.requests()))
        self.assertEqual(os.listdir(self.directory), [], "what is left is removed at the end")

    def test_refused(self):
        with self.sim() as sim:
            path = self.realm(sim.arc())
            key = self.read(path)
            for wrong in (os.path.basename(path), path, base64.b64encode(key.encode()).decode(), key[:-1], ""):
                self.realm(sim.arc("Basic " + wrong))
            self.realm(sim.arc("Bearer " + key))
            for query, error in (({"api_version": "2018-02-01"}, "invalid_request"), ({"resource": None}, "invalid_resource")):
                answer = sim.arc(**query)
                self.assertEqual((answer.status, answer.body["error"]), (400, error))
            self.assertEqual(sim.host(headers={}, api_version="2020-06-01").status, 400)
            for version in ("2019-11-01", "2021-02-01"):
                self.realm(sim.arc(api_version=version))
            self.assertEqual(sim.arc("Basic " + key).status, 200)

    def get(self, sim, **query):
        return sim.arc("Basic " + self.read(self.realm(sim.arc(**query))), **query)

    def test_selector(self):
        with self.sim(assigned=[{"name": "one"}]) as sim:
            one = sim.state()["identity"]["assigned"][0]
            body = self.get(sim, client_id=one["client_id"]).body
            self.assertEqual((body["client_id"], body["msi_res_id"]), (one["client_id"], one["resource_id"]))
            sim.change(old_arc_agent=True)
            body = self.get(sim, client_id=one["client_id"]).body
            self.assertFalse({"client_id", "object_id", "msi_res_id"} & set(body), "an old agent echoes nothing")
            self.assertNotEqual(claims_of(body["access_token"])["appid"], one["client_id"])

    def test_harmless_quirks(self):
        with self.sim() as sim:
            for quirk, length in (("quoted", 64), ("newline", 66), ("longest", 4096)):
                sim.change(arc_quirk=quirk)
                answer = sim.arc()
                self.assertEqual('"' in answer.headers["WWW-Authenticate"], quirk == "quoted")
                key = self.read(self.realm(answer))
                self.assertEqual(len(key), length)
                self.assertEqual(sim.arc("Basic " + key.rstrip("\r\n")).status, 200, quirk)

    def test_files_to_refuse(self):
        with self.sim() as sim:
            for quirk, length in (("long", 4097), ("empty", 0), ("bytes", 64)):
                sim.change(arc_quirk=quirk)
                key = self.read(self.realm(sim.arc()))
                self.assertEqual(len(key), length, quirk)
                self.assertEqual("\r\nX-Injected: 1" in key, quirk == "bytes")
                if quirk == "long":
                    self.assertEqual(sim.arc("Basic " + key).status, 401, quirk)
            for quirk, test in (("missing", lambda p: not os.path.lexists(p)), ("symlink", os.path.islink),
                                ("fifo", lambda p: not os.path.isfile(p) and os.path.exists(p)),
                                ("suffix", lambda p: p.endswith(".txt")),
                                ("name", lambda p: len(os.path.basename(p)) == 65 + 4),
                                ("outside", lambda p: os.path.dirname(p) == self.above.name),
                                ("traversal", lambda p: "/../" in p and os.path.exists(p))):
                sim.change(arc_quirk=quirk)
                self.assertTrue(test(self.realm(sim.arc())), quirk)
            sim.change(arc_quirk="scheme")
            self.assertRegex(sim.arc().headers["WWW-Authenticate"], "^Bearer realm=/")
            sim.change(arc_quirk="no_realm")
            self.assertEqual(sim.arc().headers["WWW-Authenticate"], "Basic")
            sim.change(arc_quirk="unchallenged")
            self.assertEqual(sim.arc().status, 200)
        left = [name for _, _, names in os.walk(self.above.name) for name in names]
        self.assertEqual(left, [])

    def test_as_windows_spells_it(self):
        with self.sim(realm_directory="Z:\\arc\\Tokens") as sim:
            path = self.realm(sim.arc())
            self.assertRegex(path, r"^Z:\\arc\\Tokens\\[0-9a-f-]{36}\.key$")
            sim.change(arc_quirk="outside")
            self.assertRegex(self.realm(sim.arc()), r"^Z:\\arc\\[0-9a-f-]{36}\.key$")

    def test_no_directory(self):
        with self.sim() as sim:
            sim.change(key_directory=os.path.join(self.above.name, "absent"))
            self.assertEqual(sim.arc().status, 500)


class Network(unittest.TestCase):
    def handshake(self, sim, **changes):
        context = ssl.create_default_context(cafile=os.path.join(test_armsim.CERTIFICATES, "ca.pem"))
        for name, value in changes.items():
            setattr(context, name, value)
        with socket.create_connection(("127.0.0.1", sim.port), timeout=20) as plain:
            with context.wrap_socket(plain, server_hostname="localhost") as secure:
                return secure.version()

    def test_certificates_to_refuse(self):
        for name, part in (("expired", "expired"), ("not-yet", "not yet valid"), ("other-name", "match"),
                           ("client-only", "purpose"), ("self-signed", "self")):
            certificate = os.path.join(test_armsim.CERTIFICATES, name + ".pem")
            process = subprocess.Popen(
                [test_armsim.ARGUMENTS.armsim, "--scenario", self.scenario(), "--cert", certificate, "--key",
                 os.path.join(test_armsim.CERTIFICATES, "server.key"), "--port-file", self.port_file(name)])
            try:
                self.wait_for(self.port_file(name))
                with open(self.port_file(name), encoding="ascii") as file:
                    self.port = int(file.read())
                with self.assertRaises(ssl.SSLCertVerificationError) as raised:
                    self.handshake(self)
                self.assertIn(part, str(raised.exception))
            finally:
                process.terminate()
                self.assertEqual(process.wait(timeout=20), 0)

    def scenario(self):
        path = os.path.join(test_armsim.CERTIFICATES, "scenario.json")
        with open(path, "w", encoding="utf-8") as file:
            json.dump(scenario(), file)
        return path

    @staticmethod
    def port_file(name):
        return os.path.join(test_armsim.CERTIFICATES, name + ".port")

    @staticmethod
    def wait_for(path):
        deadline = time.monotonic() + 20
        while not os.path.exists(path):
            assert time.monotonic() < deadline, path
            time.sleep(0.01)

    def test_versions(self):
        for version, spoken in (("1.2", "TLSv1.2"), ("1.3", "TLSv1.3")):
            with Sim(scenario(), "--tls-only", version) as sim:
                self.assertEqual(self.handshake(sim), spoken)
        with Sim(scenario(), "--tls-only", "1.1") as sim:
            with self.assertRaises(ssl.SSLError):
                self.handshake(sim)
            old = subprocess.run(["openssl", "s_client", "-connect", f"127.0.0.1:{sim.port}", "-tls1_1", "-cipher",
                                  "DEFAULT@SECLEVEL=0"], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                                 timeout=20, check=False)
            self.assertIn("Protocol  : TLSv1.1", old.stdout, "someone could speak it")

    def test_closes_in_the_handshake(self):
        with Sim(scenario(faults=[{"on": "connection", "nth": 2, "count": 2, "action": "cut_before"}])) as sim:
            self.handshake(sim)
            for _ in range(2):
                with self.assertRaises((ssl.SSLError, ConnectionError)):
                    self.handshake(sim)
            self.handshake(sim)
            self.assertEqual(sim.state()["faults"][0]["fired"], 2)
        with Sim(scenario(faults=[{"on": "connection", "nth": 0, "action": "cut_before"}])) as sim:
            with self.assertRaises((ssl.SSLError, ConnectionError)):
                self.handshake(sim)
            self.assertEqual(sim.host("/_sim/reset-faults", "POST").status, 200, "the control plane is there too")
            self.handshake(sim)

    def test_any_is_about_requests(self):
        with Sim(scenario(faults=[{"on": "any", "nth": 0, "action": "cut_before"}])) as sim:
            self.handshake(sim)
            with self.assertRaises(Cut):
                sim.ask_token()

    def test_slow(self):
        path = self.port_file("slow")
        with Sim(scenario(), "--slow-port-file", path) as sim:
            with open(path, encoding="ascii") as file:
                slow = int(file.read())
            incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
            context = ssl.create_default_context(cafile=os.path.join(test_armsim.CERTIFICATES, "ca.pem"))
            secure = context.wrap_bio(incoming, outgoing, server_hostname="localhost")
            pieces = []
            with socket.create_connection(("127.0.0.1", slow), timeout=20) as plain:

                def until(action):
                    while True:
                        try:
                            return action()
                        except ssl.SSLWantReadError:
                            plain.sendall(outgoing.read())
                            pieces.append(plain.recv(4096))
                            incoming.write(pieces[-1])

                until(secure.do_handshake)
                handshake = len(pieces)
                secure.write(b"GET /_sim/role-changed/sales-link HTTP/1.1\r\nHost: x\r\n\r\n")
                answer = until(lambda: secure.read(4096))
            self.assertTrue(answer.startswith(b"HTTP/1.1 200"), answer)
            self.assertGreater(handshake, 10)
            self.assertGreater(len(pieces) - handshake, 3)
            # A connection that says nothing does not keep it from stopping.
            silent = socket.create_connection(("127.0.0.1", slow))
            self.addCleanup(silent.close)
            self.assertEqual(sim.stop(), 0)

    def test_huge(self):
        with Sim(scenario()) as sim:
            sim.get(LINK)
            sim.fault(on="link.get", action="huge")
            answer = sim.get(LINK)
            self.assertEqual((answer.status, len(answer.raw)), (200, 5242880))
            self.assertIn("instanceLinkRole", answer.body["properties"])
            sim.fault(on="link.get", action="huge", bytes=70000)
            self.assertEqual(len(sim.get(LINK).raw), 70000)

    def test_what_bodies_may_lack(self):
        with Sim(scenario()) as sim:
            sim.get(LINK)
            sim.fault(on="link.get", action="status", status=409, body={"code": "ManagedInstanceIsBusy", "message": "x"})
            answer = sim.get(LINK)
            self.assertEqual((answer.status, answer.body), (409, {"code": "ManagedInstanceIsBusy", "message": "x"}))
            sim.fault(on="link.get", action="empty", status=500)
            self.assertEqual((sim.get(LINK).status, sim.connection is not None), (500, True))
            sim.fault(on="link.get", action="status", status=503, headers={"Retry-After": "soon"})
            self.assertEqual(sim.get(LINK).headers["Retry-After"], "soon")

    def test_skew(self):
        with Sim(scenario(timing={"clock_skew_seconds": -86400})) as sim:
            token = sim.ask_token()
            date = email.utils.parsedate_to_datetime(token.headers["Date"]).timestamp()
            self.assertLess(abs(date + 86400 - time.time()), 600)
            self.assertLess(abs(claims_of(token.body["access_token"])["iat"] - date), 600)
            self.assertEqual(sim.use(token.body["access_token"]).status, 200)

    def test_command_line(self):
        for wrong in (["--tls-only", "1.0"], ["--identity-port", "x"], ["--tls-only"]):
            ended = subprocess.run([test_armsim.ARGUMENTS.armsim, *wrong], capture_output=True, text=True, timeout=20,
                                   check=False)
            self.assertEqual(ended.returncode, 2, wrong)
        with contextlib.closing(socket.create_server(("127.0.0.1", 0))) as taken:
            port = str(taken.getsockname()[1])
            ended = subprocess.run(
                [test_armsim.ARGUMENTS.armsim, "--scenario", self.scenario(), "--identity-port", port,
                 "--identity-port-file", self.port_file("never"), "--cert",
                 os.path.join(test_armsim.CERTIFICATES, "server.pem"), "--key",
                 os.path.join(test_armsim.CERTIFICATES, "server.key")], capture_output=True, text=True, timeout=20,
                check=False)
        self.assertEqual(ended.returncode, 1)
        self.assertIn(port, ended.stderr)


class Validated(unittest.TestCase):
    """What this side answers, and a client asks, is as the OpenAPI files in tests/specs say."""

    def validate(self, entries):
        return subprocess.run([VALIDATE, "-"], input=json.dumps(entries), capture_output=True, text=True, timeout=120,
                              check=False)

    def test_traffic(self):
        with tempfile.TemporaryDirectory() as directory:
            with Sim(scenario(identity={"service": "arc", "key_directory": directory})) as sim:
                sim.get(LINK)
                sim.ask_token(client_secret="wrong")
                path = sim.arc().headers["WWW-Authenticate"].split("=", 1)[1]
                with open(path, encoding="ascii") as file:
                    self.assertEqual(sim.arc("Basic " + file.read()).status, 200)
                sim.change(service="imds")
                sim.host()
                result = self.validate(sim.requests())
                self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
                self.assertIn("6 requests, 6 answers, 0 violations", result.stderr)
                sim.ask_token(scope="x")
                result = self.validate(sim.requests())
                self.assertEqual(result.returncode, 1)
                self.assertIn("/scope: String does not match", result.stdout)

    def finish(self, sim, answer):
        """Polls both operation URLs to the end."""
        self.assertLess(answer.status, 400, answer.raw)
        for url in (answer.headers["Azure-AsyncOperation"], answer.headers["Location"]):
            if url:
                sim.wait(lambda: sim.follow(url).status != 202 and
                         not sim.follow(url).raw.endswith(b'"InProgress"}'), "the end of the operation")

    def test_every_call(self):
        """Of ARM: each read and each change that a client makes, with all that the simulator says to them."""
        quick = {name + "_ms": 50 for name in ("failover", "set_role", "license", "link_create", "link_update",
                                               "link_delete", "seeding", "certificate", "database", "instance_create")}
        content = scenario(timing=quick, link={"instance_role": "Primary"},
                           instance={"tags": {"a": "b"}, "databases": [
                               {"name": "Alone"}, {"name": "Moving", "status": "Restoring"}]})
        change = {"properties": {"licenseType": "BasePrice", "hybridSecondaryUsage": "Passive"}}
        create = {"properties": {"partnerAvailabilityGroupName": "BoxAg2", "instanceAvailabilityGroupName": "InstanceAg2",
                                 "partnerEndpoint": "TCP://server:5022", "databases": [{"databaseName": "New"}]}}
        with Sim(content) as sim, tempfile.TemporaryDirectory() as directory:
            certificate = {"properties": {"publicBlob": Key(directory, "box").der.hex()}}
            group = test_armsim.MI.rsplit("/", 1)[0]
            reads = [test_armsim.LINKS, LINK, test_armsim.MI, group, *(test_armsim.MI + "/" + part for part in (
                "databases", "databases/Alone", "databases/Sales", "databases/Moving/restoreDetails/Default",
                "inaccessibleManagedDatabases", "serverTrustCertificates", "endpointCertificates",
                "endpointCertificates/DATABASE_MIRRORING", "operations"))]
            for path in reads:
                self.assertEqual(sim.get(path).status, 200, path)
            self.assertEqual(sim.get(group.split("/resourceGroups")[0] + "/providers/Microsoft.Sql/managedInstances").status,
                             200)
            for scope in (group.split("/providers")[0], test_armsim.MI):
                answer = sim.get(scope + "/providers/Microsoft.Authorization/permissions?api-version=2022-04-01")
                self.assertEqual(answer.status, 200, answer.raw)
            trusted = test_armsim.MI + "/serverTrustCertificates/box"
            for method, path, body in (
                    ("PUT", trusted, certificate), ("GET", trusted, None), ("DELETE", trusted, None),
                    ("PATCH", test_armsim.MI, change), ("PUT", test_armsim.LINKS + "/new", create),
                    ("GET", test_armsim.LINKS + "/new", None),
                    ("PATCH", test_armsim.LINKS + "/new", {"properties": {"replicationMode": "Sync"}}),
                    ("POST", LINK + "/failover", {"failoverType": "Planned"}),
                    ("POST", LINK + "/setRole", {"instanceRole": "Primary", "roleChangeType": "Forced"}),
                    ("DELETE", test_armsim.LINKS + "/new", None),
                    ("POST", test_armsim.MI + "/databases/Moving/completeRestore", {"lastBackupName": "last.bak"}),
                    ("DELETE", test_armsim.MI + "/databases/Alone", None)):
                self.finish(sim, sim.arm(method, path + VERSION, body))
            other = group + "/sqlmi-other"
            network = "/providers/Microsoft.Network/virtualNetworks/v/subnets/s"
            instance = {"location": "westeurope", "sku": {"name": "GP_Gen5"}, "properties": {
                "administratorLogin": "dba", "administratorLoginPassword": "Not-a-secret-1-at-all",
                "subnetId": group.split("/providers")[0] + network, "vCores": 8, "storageSizeInGB": 1024,
                "licenseType": "LicenseIncluded"}}
            for method, path, body in (("PUT", other, instance), ("POST", other + "/failover", None),
                                       ("POST", other + "/stop", None), ("POST", other + "/start", None),
                                       ("DELETE", other, None)):
                self.finish(sim, sim.arm(method, path + VERSION, body))
            operations = sim.get(test_armsim.MI + "/operations").body["value"]
            self.assertEqual(sim.get(f"{test_armsim.MI}/operations/{operations[0]['name']}").status, 200)
            for path in (test_armsim.LINKS + "/gone", test_armsim.MI + "x", test_armsim.MI + "/databases/gone"):
                self.assertEqual(sim.get(path).status, 404)
            result = self.validate(sim.requests())
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--armsim", required=True, help="the program")
    parser.add_argument("--make-cert", required=True, help="the script that makes certificates")
    test_armsim.ARGUMENTS, rest = parser.parse_known_args()
    with tempfile.TemporaryDirectory(prefix="armsim-cert-") as directory:
        subprocess.run([test_armsim.ARGUMENTS.make_cert, directory, "--bad"], check=True, stderr=subprocess.DEVNULL)
        test_armsim.CERTIFICATES = directory
        unittest.main(argv=[sys.argv[0], *rest], verbosity=1)


if __name__ == "__main__":
    main()
