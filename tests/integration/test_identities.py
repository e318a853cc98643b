#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Every kind of identity, at its edges: what is proved, how often, what is refused, and what never is said aloud.

That each kind works at all, test_identity.py shows."""

import os
import subprocess

import rig
from rig import CLIENT, TENANT, RigCase, SharedRigCase, link, scenario

TOKEN = "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJodHRwczovL2lzc3Vlci5leGFtcGxlIn0.c2lnbmF0dXJl"
NEXT = "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJodHRwczovL25leHQuZXhhbXBsZSJ9.bmV4dA"
CHALLENGE = '{"access_token":{"nbf":{"essential":true,"value":"1604106651"}}}'
USER = "12121212-0000-1111-2222-333333333333"


class Helpers:
    """For the cases below."""

    def read_link(self):
        return self.rig.call("link_get", link="sales-link")

    def statuses(self, *kinds):
        return [r["status"] for r in self.rig.requests() if r["kind"] in kinds]

    def health(self, name):
        rows = self.rig.call("health", timeout_seconds=120).rows
        return next(r for r in rows if r["area"] == "identity" and r["check_name"] == name)


class IdentityCase(Helpers, RigCase):
    azure = None
    anywhere = False  # True: differs on Windows, so that it is worth its time there

    def setUp(self):
        if rig.OPTIONS.windows and not self.anywhere:
            self.skipTest("the same everywhere")
        super().setUp()

    def start(self, entra, identity, **model):
        self.rig.start_azure(scenario(link(), identity=entra, **model))
        if identity["type"] in ("arc", "imds"):
            identity["endpoint"] = f"http://127.0.0.1:{self.rig.identity_port}"
        else:
            identity.update(tenant_id=TENANT, client_id=CLIENT)
        self.rig.start_agent(identity=identity)

    def write(self, name, text):
        path = os.path.join(self.rig.folder, name)
        with open(path, "w", encoding="ascii") as to:
            to.write(text)
        os.chmod(path, 0o600)

    def make_certificate(self):
        """certificate.pem with a new key and its certificate; returns the certificate alone."""
        both = subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj",
                               "/CN=agent", "-keyout", "-", "-out", "-"], check=True, capture_output=True,
                              text=True).stdout
        self.write("certificate.pem", both)
        return both[both.index("-----BEGIN CERTIFICATE"):]


class ClientSecret(Helpers, SharedRigCase):
    """The tests go by their numbers: a token is kept from one to the next."""

    def test_1_one_token_serves_many_calls(self):
        for _ in range(3):
            self.assertDone(self.read_link())
        self.assertLessEqual(len(self.statuses("token")), 1)
        self.assertEqual(self.health("token")["status"], "OK")
        self.assertIn("client secret in", self.health("provider")["evidence"])

    def test_2_a_token_that_azure_no_longer_takes(self):
        """401 without a challenge: a new token, once, and the call succeeds."""
        self.rig.fault(on="link.get", action="status", status=401, body={"error": {
            "code": "ExpiredAuthenticationToken", "message": "The access token expiry UTC time is earlier."}})
        self.assertDone(self.read_link())
        self.assertEqual(self.statuses("token"), [200])
        self.assertEqual(self.statuses("link.get"), [401, 200])

    def test_3_a_claims_challenge_of_the_second_form(self):
        self.rig.azure("/_sim/identity", {"claims_challenge": CHALLENGE, "claims_form": "second"})
        self.assertDone(self.read_link())
        self.assertEqual([r["body"].get("claims") for r in self.rig.requests("token")], [CHALLENGE])

    def test_4_a_token_that_azure_never_takes(self):
        self.rig.fault(on="link.get", action="status", nth=0, status=401, body={"error": {
            "code": "InvalidAuthenticationToken", "message": "The access token is invalid."}})
        answer = self.read_link()
        self.assertRefused(answer, 50610, "access token is invalid", "clock")
        self.assertLessEqual(len(self.statuses("token")), 2)
        self.assertLessEqual(len(self.statuses("link.get")), 2)


class WrongTenant(IdentityCase):
    def test_it_is_named(self):
        self.rig.start_azure(scenario(link()))
        self.rig.start_agent(identity={"type": "client_secret", "tenant_id": "00000000-0000-0000-0000-00000000dead",
                                       "client_id": CLIENT, "secret_file": self.rig.path("secret")})
        self.assertRefused(self.read_link(), 50565, "90002")
        self.assertEqual(self.health("token")["status"], "FAIL")


class Certificate(IdentityCase):
    anywhere = True

    def test_ps256_refused(self):
        """RS256 is for keys that cannot sign otherwise; a refusal is told, and remembered."""
        certificate = self.make_certificate()
        self.start({"certificates": [certificate], "reject_ps256": True},
                   {"type": "client_certificate", "certificate_file": self.rig.path("certificate.pem")})
        self.assertRefused(self.read_link(), 50565, CLIENT, "AADSTS5002738")
        asked = len(self.statuses("token"))
        self.assertRefused(self.read_link(), 50565, "AADSTS5002738")
        self.assertEqual(len(self.statuses("token")), asked)

    def test_a_clock_that_is_wrong_is_named(self):
        certificate = self.make_certificate()
        self.start({"certificates": [certificate]},
                   {"type": "client_certificate", "certificate_file": self.rig.path("certificate.pem")},
                   timing={"clock_skew_seconds": 4000})
        answer = self.read_link()
        if answer.rc != 0:  # it may also have learned Azure's time from the refusal
            self.assertRefused(answer, 50565, "700024|clock")

    def test_a_file_without_a_key(self):
        self.rig.port = 1
        self.make_certificate()
        path = os.path.join(self.rig.folder, "certificate.pem")
        with open(path, encoding="ascii") as file:
            text = file.read()
        self.write("certificate.pem", text[text.index("-----BEGIN CERTIFICATE"):])
        self.rig.write_configuration(identity={"type": "client_certificate", "tenant_id": TENANT, "client_id": CLIENT,
                                               "certificate_file": self.rig.path("certificate.pem")})
        result = self.rig.verb("check")
        self.assertEqual(result.returncode, 1)
        self.assertRegex((result.stdout + result.stderr).decode(), "certificate.*key|key.*certificate")


class Workload(IdentityCase):
    def test_the_file_is_read_anew(self):
        self.write("federated-token", TOKEN + "\n")
        self.start({"federated_tokens": [TOKEN]},
                   {"type": "workload", "federated_token_file": self.rig.path("federated-token")})
        self.assertDone(self.read_link())
        self.rig.azure("/_sim/identity", {"federated_tokens": [NEXT]})
        self.write("federated-token", NEXT)
        self.rig.fault(on="link.get", action="status", status=401, body={"error": {
            "code": "ExpiredAuthenticationToken", "message": "expired"}})
        self.assertDone(self.read_link())
        self.assertEqual(self.statuses("token"), [200, 200])


class Imds(IdentityCase):
    def test_user_assigned(self):
        self.start({"service": "imds", "assigned": [{"name": "one"}, {"name": "two", "client_id": USER}]},
                   {"type": "imds", "client_id": USER})
        self.assertDone(self.read_link())
        asked = self.rig.requests("identity.token")[0]
        self.assertIn("client_id=" + USER, asked["query"] if isinstance(asked["query"], str) else asked["path"])
        self.assertIn(USER, self.health("provider")["evidence"])

    def test_not_assigned(self):
        self.start({"service": "imds", "assigned": [{"name": "one"}]}, {"type": "imds", "client_id": USER})
        self.assertRefused(self.read_link(), 50565)


class NoMetadata(IdentityCase):
    specified = False  # what another program answers at that port

    def test_not_there(self):
        self.start({"service": "none"}, {"type": "imds"})
        answer = self.rig.call("link_get", link="sales-link", timeout_seconds=5)
        self.assertRefused(answer, answer.rc, "(?i)imds|metadata")
        self.assertIn(answer.rc, (50565, 50566))


class Arc(IdentityCase):
    anywhere = True

    def arc(self, quirk="none", **more):
        directory = os.path.join(self.rig.folder, "Tokens")
        os.mkdir(directory)
        self.start({"service": "arc", "key_directory": directory, "realm_directory": self.rig.path("Tokens"),
                    "arc_quirk": quirk, **more}, {"type": "arc", "key_directory": self.rig.path("Tokens")})

    def test_quirks_to_be_accepted(self):
        self.arc("newline")
        self.assertDone(self.read_link())
        self.assertEqual(self.statuses("identity.challenge", "identity.token"), [401, 200])

    def test_an_old_agent(self):
        self.arc(old_arc_agent=True, assigned=[{"name": "one"}])
        self.assertDone(self.read_link())

    def refuses(self, quirk):
        self.arc(quirk)
        answer = self.read_link()
        self.assertNotEqual(answer.rc, 0)
        self.assertEqual(self.rig.requests("identity.token"), [], "no file's content left the machine")

    def test_traversal(self):
        self.refuses("traversal")

    def test_a_link_to_elsewhere(self):
        if rig.OPTIONS.windows:
            self.skipTest("links of POSIX")
        self.refuses("symlink")


class Auto(IdentityCase):
    def test_the_next_when_one_is_refused(self):
        self.make_certificate()
        self.start({"certificates": []}, {"type": "auto", "certificate_file": self.rig.path("certificate.pem"),
                                          "secret_file": self.rig.path("secret")})
        self.assertDone(self.read_link())
        self.assertEqual(self.statuses("token")[-1], 200)
        self.assertIn("auto: client_secret", self.health("provider")["evidence"] + self.rig.text("agent.log"))
        self.assertIn("identity.chosen", self.rig.text("agent.log"))

    def test_none_that_works_tells_each(self):
        self.make_certificate()
        self.start({"certificates": []}, {"type": "auto", "certificate_file": self.rig.path("certificate.pem"),
                                          "secret_file": self.rig.path("secret")}, secret_rejected=True)
        answer = self.read_link()
        self.assertRefused(answer, 50565, "client_certificate: ", "700027", "client_secret: ", "7000215")

    def test_an_outage_lets_no_other_in(self):
        self.make_certificate()
        self.rig.start_azure(scenario(link(), identity={"certificates": []}))
        self.rig.fault(on="token", action="status", nth=0, status=503, body="down")
        self.rig.start_agent(identity={"type": "auto", "tenant_id": TENANT, "client_id": CLIENT,
                                       "certificate_file": self.rig.path("certificate.pem"),
                                       "secret_file": self.rig.path("secret")})
        answer = self.rig.call("link_get", link="sales-link", timeout_seconds=5)
        self.assertNotEqual(answer.rc, 0)
        self.assertTrue(all("client_secret" not in r["body"] for r in self.rig.requests("token")))


if __name__ == "__main__":
    rig.main()
