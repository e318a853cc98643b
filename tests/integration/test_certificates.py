#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The certificates of both sides, as bytes in and out: put, the same again, another, unfit ones, in use, delete."""

import hashlib
import json
import os
import ssl
import subprocess
import tempfile
import time

import rig
from rig import SharedRigCase, link, scenario

LIMIT = 8000  # varbinary(8000)
RIGHTS = {"instances": [{"alias": "dr", "subscription_id": rig.SUBSCRIPTION, "resource_group": "rg-dr",
                         "managed_instance": "sqlmi-dr", "rights": ["read", "certificate"]}]}


def make(subject, *more):
    """The DER of a certificate of 30 days."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "made.pem")
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
                        "-nodes", "-days", "30", "-utf8", "-subj", subject, "-keyout", os.devnull, "-out", path,
                        *more], check=True, stderr=subprocess.DEVNULL)
        with open(path, encoding="ascii") as file:
            return ssl.PEM_cert_to_DER_cert(file.read())


def make_long(size):
    """One of so many bytes exactly; a signature's length varies by some."""
    room = size - 700
    for _ in range(100):
        der = make("/CN=long", "-addext", "nsComment=" + "x" * room)
        if len(der) == size:
            return der
        room += size - len(der)
    raise AssertionError(f"no certificate of {size} bytes")


def make_expired():
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([rig.OPTIONS.make_cert, folder, "--bad"], check=True, stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL)
        with open(os.path.join(folder, "expired.pem"), encoding="ascii") as file:
            return ssl.PEM_cert_to_DER_cert(file.read())


def thumbprint(der):
    return hashlib.sha1(der).hexdigest().upper()


class Certificates(SharedRigCase):
    configuration = RIGHTS

    @classmethod
    def setUpClass(cls):
        cls.one, cls.two, cls.own = make("/CN=SQL Größe/O=Contoso"), make("/CN=two"), make_long(LIMIT)
        cls.azure = scenario(link(), instance={
            "certificates": [{"name": "SqlServer", "public_blob": make("/CN=used").hex()}],
            "endpoint_certificates": [{"name": "DATABASE_MIRRORING", "public_blob": cls.own.hex()}]},
            timing={"certificate_ms": 100, "retry_after_seconds": 1})
        super().setUpClass()

    def names(self):
        return [row["name"] for row in self.rig.call("certificate_list").rows]

    def put(self, name, key, **more):
        return self.rig.call("certificate_put", name=name, public_key=key, **more)

    def test_of_the_instance(self):
        answer = self.rig.call("endpoint_certificate_get")
        self.assertDone(answer)
        self.assertEqual(answer.columns, ["name", "public_key", "thumbprint", "subject", "expires_at"])
        row = answer.rows[0]
        self.assertEqual(bytes.fromhex(row["public_key"][2:]), self.own)
        self.assertEqual((row["name"], row["thumbprint"], row["subject"]),
                         ("DATABASE_MIRRORING", thumbprint(self.own), "CN=long"))
        other = self.rig.call("endpoint_certificate_get", endpoint_type="service_broker").rows[0]
        self.assertEqual((other["name"], other["subject"]), ("SERVICE_BROKER", "CN=SERVICE_BROKER"))
        ssl.DER_cert_to_PEM_cert(bytes.fromhex(other["public_key"][2:]))
        self.assertRefused(self.rig.call("endpoint_certificate_get", endpoint_type="TSQL"), 50554, "@endpoint_type",
                           "DATABASE_MIRRORING, SERVICE_BROKER")

    def test_put_list_delete(self):
        name = "Zertifikat 'Größe' [1]"
        detail = self.assertShows("PUT /subscriptions/", "certificate_put", name=name, public_key=self.one)
        self.assertIn('{"properties":{"publicBlob":"30', detail)
        row = self.assertRepeats({"public_key": self.two}, "certificate_put", name=name, public_key=self.one)
        self.assertIn(thumbprint(self.one), row["detail"])
        self.assertIn(name, row["detail"])
        self.assertIsNone(row["link"])
        body = self.rig.requests("certificate.put")[0]["body"]
        self.assertEqual(body, {"properties": {"publicBlob": self.one.hex().upper()}})
        listed = [r for r in self.rig.call("certificate_list").rows if r["name"] == name]
        self.assertEqual([(r["thumbprint"], r["subject"]) for r in listed],
                         [(thumbprint(self.one), "CN=SQL Größe, O=Contoso")])
        self.assertRegex(listed[0]["expires_at"], r"^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$")
        self.assertGreater(listed[0]["expires_at"], time.strftime("%Y-%m-%dT", time.gmtime(time.time() + 29 * 86400)))

        # The same again is so already, whatever the case of the name; nothing else may have its name or be it.
        again = self.succeed("certificate_put", name=name.replace("Zert", "zERT"), public_key=self.one)
        self.assertIn("already; nothing was sent", again["detail"])
        self.assertRefused(self.put(name, self.two), 50578, "another certificate of that name", thumbprint(self.one))
        self.assertRefused(self.put("other", self.one), 50578, thumbprint(self.one), "under the name Zertifikat")
        self.assertEqual(len(self.rig.requests("certificate.put")), 1)

        row = self.assertRepeats({"name": "SqlServer", "force": 1}, "certificate_delete", name=name)
        self.assertNotIn(name, self.names())
        self.assertIn("no such certificate; nothing was sent", self.succeed("certificate_delete", name=name)["detail"])

    def test_the_longest(self):
        key = make_long(LIMIT)
        self.succeed("certificate_put", name="long", public_key=key)
        self.assertEqual(self.rig.requests("certificate.put")[0]["body"]["properties"]["publicBlob"], key.hex().upper())
        row = next(r for r in self.rig.call("certificate_list").rows if r["name"] == "long")
        self.assertEqual(row["thumbprint"], thumbprint(key))
        self.succeed("certificate_delete", name="long")

    def test_unfit(self):
        der = self.two
        unfit = (b"\x30", b"garbage", der[:-1], der + b"\0", b"MIIB" * 100, ssl.DER_cert_to_PEM_cert(der).encode())
        for answer in self.rig.calls("certificate_put", [{"name": "unfit", "public_key": key} for key in unfit]):
            self.assertRefused(answer, 50554, "@public_key")
        self.assertRefused(self.put("unfit", make_expired()), 50554, "@public_key", "has expired at")
        self.assertRefused(self.put("unfit", b""), 50554, "@public_key", "empty")
        self.assertRefused(self.put("unfit", None), 50553, "@public_key")
        self.assertRefused(self.put("unfit", "0x30"), 50510, "@public_key", "varbinary")
        names = ("a/b", "a?", "a.", "a ", "x" * 129)
        for answer in self.rig.calls("certificate_put", [{"name": name, "public_key": der} for name in names]):
            self.assertRefused(answer, answer.rc, "@name")
        self.assertEqual(self.rig.requests(), [], "not even a read")

    def test_over_the_limit(self):
        self.rig.azure("/_sim/instance/sqlmi-dr", {"endpoint_certificates": [
            {"name": "DATABASE_MIRRORING", "public_blob": make_long(LIMIT + 1).hex()}]})
        answer = self.rig.call("endpoint_certificate_get")
        self.assertRefused(answer, 50572, "8001 bytes", "sp_get_endpoint_certificate")
        self.rig.azure("/_sim/instance/sqlmi-dr", {"endpoint_certificates": [
            {"name": "DATABASE_MIRRORING", "public_blob": self.own.hex()}]})

    def test_in_use(self):
        refused = self.rig.call("certificate_delete", name="sqlserver")
        self.assertRefused(refused, 50583, "link sales-link of dr", "@force = 1")
        self.assertNothingSent()
        self.assertShows("DELETE /subscriptions/", "certificate_delete", name="SqlServer", force=1)
        self.assertIn("SqlServer", self.names())

    def test_azure_fails_it(self):
        self.rig.azure("/_sim/instance/sqlmi-dr", {"certificate_result": {
            "status": "Failed", "code": "InternalServerError", "message": "try later", "http_status": 500}})
        answer = self.put("failing", self.two, wait_seconds=60)
        self.rig.azure("/_sim/instance/sqlmi-dr", {"certificate_result": None})
        self.assertRefused(answer, answer.rc, "failing of dr", "try later")
        self.assertNotIn("failing", self.names())
        row = self.rig.call("operation_list", state="Failed").rows[0]
        self.assertEqual((row["procedure_name"], row["error_number"]), ("xp_milink_certificate_put", answer.rc))

    def test_audit(self):
        """Certificates are public: the trail has them, and who had the instance trust them."""
        row = self.succeed("certificate_put", name="audited", public_key=self.two, caller="CONTOSO\\dba",
                           reason="new key", change_ref="CHG-7")
        records = [json.loads(line) for line in self.rig.verb("audit", "export").stdout.splitlines()]
        mine = [r for r in records if r.get("operation_id") == row["operation_id"]]
        self.assertEqual([r["event"] for r in mine], ["accepted", "ended"])
        self.assertEqual((mine[0]["procedure"], mine[0]["caller"], mine[0]["reason"], mine[0]["change_ref"]),
                         ("xp_milink_certificate_put", "CONTOSO\\dba", "new key", "CHG-7"))
        self.assertEqual(mine[1]["state"], "Succeeded")
        self.succeed("certificate_delete", name="audited")


if __name__ == "__main__":
    rig.main()
