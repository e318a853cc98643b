#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The agent proves who it is in each way it can, to an Entra ID, an IMDS and an Arc that are as strict as the documents."""

import os
import subprocess

import rig
from rig import CLIENT, TENANT, RigCase, link, scenario

TOKEN = "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJodHRwczovL2lzc3Vlci5leGFtcGxlIn0.c2lnbmF0dXJl"
CHALLENGE = '{"access_token":{"nbf":{"essential":true,"value":"1604106651"}}}'


class Identity(RigCase):
    azure = None

    def start(self, entra, **identity):
        """An Azure of this kind, and the agent with this identity."""
        self.rig.start_azure(scenario(link(), identity=entra))
        if identity["type"] in ("arc", "imds"):
            identity["endpoint"] = f"http://127.0.0.1:{self.rig.identity_port}"
        else:
            identity.update(tenant_id=TENANT, client_id=CLIENT)
        self.rig.start_agent(identity=identity)

    def read_link(self):
        return self.rig.call("link_get", instance="dr", link="sales-link")

    def change(self, **identity):
        self.rig.azure("/_sim/identity", identity)

    def write(self, name, text):
        path = os.path.join(self.rig.folder, name)
        with open(path, "w", encoding="ascii") as to:
            to.write(text)
        os.chmod(path, 0o600)

    def make_certificate(self):
        """certificate.pem with a new key and its certificate; returns the certificate alone."""
        both = subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj",
                               "/CN=agent", "-keyout", "-", "-out", "-"], check=True, capture_output=True, text=True).stdout
        self.write("certificate.pem", both)
        return both[both.index("-----BEGIN CERTIFICATE"):]

    def make_directory(self):
        path = os.path.join(self.rig.folder, "Tokens")
        os.mkdir(path)
        return path

    def test_certificate(self):
        certificate = self.make_certificate()
        self.start({"certificates": [certificate]}, type="client_certificate", certificate_file=self.rig.path("certificate.pem"))
        self.assertDone(self.read_link())

    def test_certificate_that_is_not_registered(self):
        self.make_certificate()
        self.start({"certificates": []}, type="client_certificate", certificate_file=self.rig.path("certificate.pem"))
        answer = self.read_link()
        self.assertNotEqual(answer.rc, 0)
        self.assertIn("700027", answer.error_text)

    def test_workload(self):
        self.write("federated-token", TOKEN + "\n")
        self.start({"federated_tokens": [TOKEN], "federated_misses": 1}, type="workload",
                   federated_token_file=self.rig.path("federated-token"))
        self.assertDone(self.read_link())
        self.assertEqual([r["status"] for r in self.rig.requests("token")], [401, 200])

    def test_imds(self):
        self.start({"service": "imds"}, type="imds")
        self.assertDone(self.read_link())
        self.assertEqual(len(self.rig.requests("identity.token")), 1)
        self.assertEqual(self.rig.requests("token"), [])

    def test_arc(self):
        directory = self.make_directory()
        self.start({"service": "arc", "key_directory": directory, "realm_directory": self.rig.path("Tokens")},
                   type="arc", key_directory=self.rig.path("Tokens"))
        self.assertDone(self.read_link())
        self.assertEqual([r["status"] for r in self.rig.requests() if r["kind"].startswith("identity.")], [401, 200])

    def test_arc_of_whom_to_beware(self):
        directory = self.make_directory()
        self.start({"service": "arc", "key_directory": directory, "realm_directory": self.rig.path("Tokens"),
                    "arc_quirk": "outside"}, type="arc", key_directory=self.rig.path("Tokens"))
        self.assertNotEqual(self.read_link().rc, 0)
        self.assertEqual(self.rig.requests("identity.token"), [], "no file's content left the machine")

    def test_claims_challenge(self):
        self.start({}, type="client_secret", secret_file=self.rig.path("secret"))
        self.assertDone(self.read_link())
        self.change(claims_challenge=CHALLENGE)
        self.assertDone(self.read_link())
        self.assertEqual([r["body"].get("claims") for r in self.rig.requests("token")], [None, CHALLENGE])


if __name__ == "__main__":
    rig.main()
