#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Who holds the agent's place, who may come to it, and who called: a squatter, an impostor, and the pipes' own security.

Wine keeps and shows the security of a pipe and does not enforce it: what a pipe's permissions refuse, that the first
instance is the first, and what SQL Server's token shows is settled by tests/sqlserver/pipe-security.ps1 on Windows."""

import hashlib
import json
import os
import re
import subprocess
import unittest

import rig
from rig import RigCase, wait_for

AGENT_SID = "S-1-5-80-2485935931-1821977061-2472860395-3216778014-952368713"
STRANGER = "S-1-5-21-1004336348-1177238915-682003330-1105" if "--windows" in os.sys.argv else "65534"
on_windows = unittest.skipUnless("--windows" in os.sys.argv, "SIDs and SDDL are a matter of Windows")


def service_sid(name):
    """The SID of a Windows service, computed a second time: not by the code under test."""
    digest = hashlib.sha1(name.upper().encode("utf-16-le")).digest()
    words = [int.from_bytes(digest[i:i + 4], "little") for i in range(0, 20, 4)]
    return "S-1-5-80-" + "-".join(map(str, words))


class PipeCase(RigCase):
    def run_program(self, program, *arguments, code=0):
        result = subprocess.run(self.rig.command(program, *arguments), stdin=subprocess.DEVNULL, capture_output=True,
                                text=True, timeout=60, env=self.rig.environment, check=False)
        self.assertEqual(result.returncode, code, result.stdout + result.stderr)
        return result.stdout

    def impostor(self, *arguments):
        return self.run_program(rig.OPTIONS.impostor, *arguments).splitlines()

    def squat(self, *options):
        out = os.path.join(self.rig.folder, "squatter.out")
        open(out, "w", encoding="utf-8").close()
        self.rig.bad = self.rig.spawn(self.rig.command(rig.OPTIONS.squatter, *options), out)
        wait_for(lambda: "ready" in self.rig.text("squatter.out"), "the squatter listens", 60)

    def heard(self):
        """How many bytes the squatter heard from its first caller."""
        found = wait_for(lambda: re.search(r"heard (\d+) bytes", self.rig.text("squatter.out")), "it had a caller")
        return int(found.group(1))

    def events(self, name):
        """The texts of the log's whole lines of that event."""
        lines = self.rig.text("agent.log").rpartition("\n")[0].splitlines()
        return [line["text"] for line in map(json.loads, lines) if line["event"] == name]

    def audit(self):
        text = self.run_program(rig.OPTIONS.agent, "audit", "export", "--config", self.rig.path("agent.json"))
        return [json.loads(line) for line in text.splitlines()]


class Squatter(PipeCase):
    """Somebody took the place before the agent did, lets everybody in and answers as an agent would."""

    azure = None

    def test_its_caller_looks_first(self):
        if not rig.OPTIONS.windows and os.geteuid() != 0:
            self.skipTest("only root can make another user listen")
        os.chmod(self.rig.folder, 0o711)
        self.squat("--owner", STRANGER)
        answer = self.rig.call("version")
        named = STRANGER + r", process \d+" if rig.OPTIONS.windows else "user id " + STRANGER
        self.assertRefused(answer, 50503, named, "Find the process")
        self.assertEqual(self.heard(), 0)

    def test_one_that_the_agents_owner_runs(self):
        """What the test above would see if nobody looked: a caller that is told what the squatter likes."""
        self.squat()
        answer = self.rig.call("version")
        self.assertDone(answer)
        self.assertIn("this is the squatter", [m["text"] for m in answer.messages])
        self.assertGreater(self.heard(), 0)

    @on_windows
    def test_the_agent_does_not_start_beside_it(self):
        self.squat("--owner", STRANGER, "--single")
        self.rig.start_azure(rig.scenario(rig.link()))
        self.rig.write_configuration()
        result = subprocess.run(self.rig.command(rig.OPTIONS.agent, "run", "--config", self.rig.path("agent.json")),
                                stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60,
                                env=self.rig.environment, check=False)
        self.assertEqual(result.returncode, 1)
        self.assertRegex(result.stderr, r"milink-agent: \\\\\.\\pipe\\milink\\xp is taken \(Windows error \d+\) by "
                         + STRANGER + r", process \d+: .*end it, then start milink-agent again")
        self.assertFalse(os.path.exists(os.path.join(self.rig.folder, "state", "journal.db")))


class Impostor(PipeCase):
    """A caller that is not what it says."""

    def test_a_claim_is_a_claim(self):
        self.assertEqual(self.impostor("claim"), ["50568"])
        record = self.audit()[-1]
        self.assertEqual((record["event"], record["error_code"]), ("refused", "ROLE_UNEXPECTED"))
        self.assertEqual(record["caller"], "NT SERVICE\\MSSQLSERVER")
        own = r"user S-1-5-21-[0-9-]+, process [1-9]\d*" if rig.OPTIONS.windows else f"user id {os.geteuid()}"
        self.assertRegex(record["client"], f"^{own}$")

    def test_one_after_the_other(self):
        """Who called is looked at with each call, and nothing of it stays with the worker."""
        for _ in range(4):
            self.assertEqual(self.impostor("claim"), ["50568"])
        self.assertEqual([r["event"] for r in self.audit()], ["begun"] + 4 * ["refused"])
        self.assertDone(self.rig.call("link_failover", link="sales-link", failover_type="Planned", wait_seconds=30))

    def test_administrators_are_asked_elsewhere(self):
        self.assertEqual(self.impostor("admin"), ["50551", "50551"])
        self.assertIsNone(self.rig.agent.poll())
        self.assertDone(self.rig.call("version"))

    def test_administrators_are_named_in_the_log(self):
        self.run_program(rig.OPTIONS.agent, "reload", "--config", self.rig.path("agent.json"))
        called = self.events("admin.called")
        self.assertEqual(len(called), 1)
        self.assertRegex(called[0], r"^by user (S-1-5-21-[0-9-]+, process \d+|id \d+)$")

    def test_another_server_under_the_name(self):
        """Refused on Linux. Windows refuses it by the pipe's permissions, which Wine does not enforce: there the agent
        goes on, at least."""
        said = self.impostor("instance")[0]
        self.assertRegex(said, "^(made|refused, error [0-9]+)$" if rig.OPTIONS.windows else "^refused, error 98$")
        for _ in range(3):
            self.assertDone(self.rig.call("version"))


class Security(PipeCase):
    """The security of the real pipes, read back."""

    configuration = {"sql_instances": ["MSSQLSERVER", "PAYROLL_2"]}

    def expected(self, *services):
        return ("(D;;GA;;;NU)", "(D;;GA;;;AN)", "(A;;GA;;;me)", "(A;;GA;;;SY)",
                *(f"(A;;0x12019b;;;{who})" for who in ("BA", *services)))

    @on_windows
    def test_both_pipes(self):
        services = [service_sid("MSSQLSERVER"), service_sid("MSSQL$PAYROLL_2")]
        self.assertEqual(services[0], "S-1-5-80-3880718306-3832830129-1677859214-2598158968-1052248003")
        for line, allowed in zip(self.impostor("security"), (services, []), strict=True):
            owner, group, flags, entries = re.fullmatch(r"O:(\S+)G:(\S+)D:(P?)((?:\([^)]*\))+)", line).groups()
            self.assertEqual(flags, "P")
            self.assertEqual(group, owner)
            seen = [self.canonical(entry) for entry in re.findall(r"\([^)]*\)", entries)]
            self.assertEqual(seen, list(self.expected(*allowed)))

    @staticmethod
    def canonical(entry):
        """The same rights have several spellings; the user who runs the agent here is "me"."""
        kind, flags, rights, _, _, who = entry[1:-1].split(";")
        rights = {"FA": "GA", "0x1f01ff": "GA", "FRFW": "0x12019f"}.get(rights, rights)
        if re.fullmatch(r"S-1-5-21-[0-9-]+", who):
            who = "me"
        return f"({kind};{flags};{rights};;;{who})"

    @on_windows
    def test_the_service_has_its_text(self):
        """As it is when the service runs: Windows takes the text, and nothing of it is lost."""
        text = (f"O:{AGENT_SID}G:{AGENT_SID}D:P(D;;GA;;;NU)(D;;GA;;;AN)(A;;GA;;;{AGENT_SID})(A;;GA;;;SY)"
                f"(A;;0x12019b;;;BA)(A;;0x12019b;;;{service_sid('MSSQLSERVER')})")
        self.assertEqual(self.impostor("sddl", text), [text])

    def test_files_of_the_sockets(self):
        if rig.OPTIONS.windows:
            self.skipTest("modes of POSIX")
        self.assertEqual(self.impostor("security"), [f"600 {os.geteuid()}"] * 2)

    def test_the_log_says_it(self):
        """Who may call, where somebody looks who was refused."""
        places = wait_for(lambda: len(found := self.events("listener.opened")) == 2 and found, "both places are in the log")
        if rig.OPTIONS.windows:
            self.assertEqual([service_sid("MSSQL$PAYROLL_2") in place for place in sorted(places)], [False, True])
        else:
            self.assertEqual({f"{self.rig.socket}{end} for user id {os.geteuid()}" for end in ("", ".admin")}, set(places))


@on_windows
class Probe(PipeCase):
    """The agent's side of a pipe when Windows refuses something: the shipped code, in a process of its own."""

    azure = None

    def probe(self, case, code=0):
        result = subprocess.run(self.rig.command(rig.OPTIONS.pipe_probe, case), stdin=subprocess.DEVNULL,
                                capture_output=True, text=True, timeout=60, check=False)
        self.assertEqual(result.returncode, code, result.stdout + result.stderr)
        return result.stdout.splitlines(), result.stderr

    def test_identified_and_reverted_at_once(self):
        self.assertEqual(self.probe("identify")[0], ["reverted 1", "the client is its user", "the thread is itself"])

    def test_a_process_that_cannot_revert_ends(self):
        said, log = self.probe("stay-another", code=1)
        self.assertEqual(said, ["looking"])
        self.assertRegex(log, r'"event":"caller.reverting".*it cannot act as itself again \(Windows error 8\)')

    def test_who_is_not_identified_is_refused(self):
        said, _ = self.probe("anonymous")
        self.assertRegex("\n".join(said), r"^refused\nprocess \d+ \(it does not let itself be identified: Windows error 1347\)\n"
                         "reverted 1$")

    def test_the_name_is_never_free(self):
        said, log = self.probe("crowded")
        self.assertEqual(said, 3 * ["closed", "turned away"] + 2 * ["closed", "taken"] + ["stopped"])
        self.assertEqual(log.count('"event":"listener.failed"'), 1)


if __name__ == "__main__":
    rig.main()
