#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The environment does not steer the agent: whoever can set a variable for it, or put a file where one points, changes nothing."""

import os

import rig
from rig import RigCase, link, scenario

# TLS that no server of today speaks: were it read, no request would get through.
OPENSSL_CONF = """openssl_conf = all
[all]
ssl_conf = ssl
[ssl]
system_default = defaults
[defaults]
MaxProtocol = TLSv1
CipherString = DEFAULT@SECLEVEL=0
"""


class Hostile(RigCase):
    azure = scenario(link())

    def setUp(self):
        # As RigCase has it, with an environment of somebody else's between the rig and what it starts.
        self.rig = rig.Rig()
        self.addCleanup(self.rig.close)
        self.rig.start_azure(self.azure)
        folder = os.path.join(self.rig.folder, "hostile")
        os.mkdir(folder)
        for name, text in (("openssl.cnf", OPENSSL_CONF), ("empty.pem", ""), ("curlrc", "proxy = http://127.0.0.1:9\n")):
            with open(os.path.join(folder, name), "w", encoding="utf-8") as to:
                to.write(text)
        path = self.rig.path("hostile")
        self.folder = folder
        self.rig.environment.update(
            OPENSSL_CONF=path + "/openssl.cnf", OPENSSL_CONF_INCLUDE=path, OPENSSL_MODULES=path, OPENSSL_ENGINES=path,
            SSL_CERT_FILE=path + "/empty.pem", SSL_CERT_DIR=path, CURL_CA_BUNDLE=path + "/empty.pem", CURL_HOME=path,
            SQLITE_TMPDIR=path, SSLKEYLOGFILE=path + "/keys.log", http_proxy="http://127.0.0.1:9", https_proxy="http://127.0.0.1:9",
            HTTPS_PROXY="http://127.0.0.1:9", ALL_PROXY="socks5://127.0.0.1:9", NO_PROXY="")

    def test_requests_get_through_and_nothing_is_written_there(self):
        self.rig.start_agent()
        before = sorted(os.listdir(self.folder))
        self.assertDone(self.rig.call("link_get", link="sales-link"))
        row = self.rig.call("license_set", license_type="BasePrice", wait_seconds=60).rows[0]
        self.assertEqual(row["state"], "Succeeded", row)
        self.assertEqual(sorted(os.listdir(self.folder)), before, "no keys of TLS, no files of SQLite")

    def test_the_configuration_alone_names_a_proxy(self):
        self.rig.start_agent(network={"proxy": "http://127.0.0.1:9"})
        answer = self.rig.call("link_get", link="sales-link", timeout_seconds=20)
        self.assertNotEqual(answer.rc, 0, "what the environment would have done, the configuration does")


if __name__ == "__main__":
    rig.main()
