#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The probe for a first contact with SQL Server (tests/sqlserver/probe), loaded and called under Wine by odshost.

Usage: test_probe.py ODSHOST.exe XP_MILINK_PROBE.dll [unittest arguments]; WINEPREFIX is set."""

import json
import subprocess
import sys
import unittest

ODSHOST, PROBE = sys.argv[1:3]


def run(script):
    """One answer a statement, as odshost --json prints it."""
    done = subprocess.run(["wine", ODSHOST, "--dll", PROBE, "--json", "-Q", script], stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, timeout=120, check=False)
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]


class Probe(unittest.TestCase):
    def answer(self, statement):
        answers = run(statement)
        self.assertEqual(len(answers), 1, answers)
        self.assertEqual(answers[0].get("misuses", []), [], "the strict double has nothing to say against it")
        return answers[0]

    def values(self, statement, kind):
        return {row["item"]: row["value"] for row in self.answer(statement)["rows"] if row["kind"] == kind}

    def test_arguments_are_shown_as_they_arrive(self):
        seen = self.values("EXEC xp_milink_probe @first = N'ab', @second = 5, @third = NULL", "argument")
        self.assertEqual(seen["count"], "3")
        self.assertIn("token 0xE7", seen["1 @first"])
        self.assertIn("actual 4, null 0", seen["1 @first"])
        self.assertIn("bytes 61006200", seen["1 @first"])
        self.assertIn("null 1", seen["3 @third"])

    def test_the_host_is_shown_and_no_password_is_asked_for(self):
        rows = self.answer("EXEC xp_milink_probe")["rows"]
        items = [row["item"] for row in rows]
        self.assertIn("srv_pfield 36 SPROC_CODEPAGE", items)
        self.assertFalse([item for item in items if "PWD" in item or " 17 " in item or " 35 " in item])
        exports = {row["item"]: row["value"] for row in rows if row["kind"] == "export"}
        self.assertEqual(exports["srv_paraminfo"], "there")
        self.assertEqual(exports["srv_sendmsg"], "missing", "the double has no such function")
        self.assertIn("bytes", {row["item"]: row["value"] for row in rows if row["kind"] == "thread"}["stack"])
        self.assertRegex({row["item"]: row["value"] for row in rows if row["kind"] == "token"}["process"], "^S-1-5-")

    def test_messages_of_each_severity_and_the_return_code(self):
        for severity in (0, 10, 11, 16):
            with self.subTest(severity):
                answer = self.answer(f"EXEC xp_milink_probe_message {severity}, 7")
                self.assertEqual(answer["rc"], 7)
                self.assertEqual([(m["number"], m["severity"]) for m in answer["messages"]],
                                 [(60000 + severity, severity)])

    def test_a_row_of_each_open_type(self):
        row = self.answer("EXEC xp_milink_probe_types")["rows"][0]
        self.assertIsNone(row["nvarchar_empty"])
        self.assertIsNone(row["bigint_null"])
        self.assertIsNone(row["guid_null"])
        self.assertIsNotNone(row["bigint"])

    def test_a_wait_sees_the_attention(self):
        answer = run(":attention 300\nEXEC xp_milink_probe_wait 60")[-1]
        self.assertEqual(answer["rc"], 1)

    def test_a_wait_ends(self):
        answer = self.answer("EXEC xp_milink_probe_wait 1")
        self.assertEqual(answer["rc"], 0)
        self.assertEqual(answer["rows"][0]["item"], "end")


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0]] + sys.argv[3:], verbosity=2)
