# SPDX-License-Identifier: MIT
"""milink-agent call as a person and as a script use it, and the examples of docs/command-line.md."""

import json
import os
import re
import select
import shlex
import signal
import struct
import subprocess
import sys
import time
import unittest

import rig
from rig import RigCase, link, scenario, wait_for

HERE = os.path.dirname(os.path.abspath(__file__))
DOCUMENTS = os.path.join(HERE, "..", "..", "docs")
REHEARSAL = os.path.join(HERE, "..", "doubles", "armsim", "examples", "rehearsal.json")
GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
NATIVE = "--windows" not in sys.argv


def document(name):
    with open(os.path.join(DOCUMENTS, name), encoding="utf-8") as source:
        return source.read()


class CliCase(RigCase):
    azure = scenario(link(), timing={"failover_ms": 1200})

    def start(self, *arguments, **more):
        return subprocess.Popen(self.rig.command(rig.OPTIONS.agent, *arguments), stdin=subprocess.DEVNULL,
                                env=self.rig.environment, **more)

    def run_agent(self, *arguments, merged=False, timeout=60):
        """Exit code, standard output, standard error."""
        process = self.start(*arguments, stdout=subprocess.PIPE,
                             stderr=subprocess.STDOUT if merged else subprocess.PIPE)
        out, error = process.communicate(timeout=timeout)
        self.rig.keep_answer(out + (error or b""))
        texts = [(data or b"").decode("utf-8").replace("\r\n", "\n") for data in (out, error)]
        return process.returncode, *texts

    def call(self, *arguments, **more):
        return self.run_agent("call", *arguments, **more)

    def rows(self, *arguments):
        code, out, error = self.call(*arguments, "--json")
        self.assertEqual(code, 0, error)
        return [json.loads(line) for line in out.splitlines()]

    def assertExit(self, result, code, *texts):
        """The exit code, no rows, and what standard error says."""
        self.assertEqual((result[0], result[1]), (code, ""), result[2])
        for text in texts:
            self.assertRegex(result[2], re.compile(text, re.S))


class Rows(CliCase):
    azure = scenario(link(), link("test-link", "Secondary", databases=[{"name": "日本"}]))

    def test_a_table_lines_up(self):
        code, out, error = self.call("link_list", "--columns", "link,database_name,instance_role")
        self.assertEqual((code, error), (0, ""))
        self.assertEqual(out, "link        database_name  instance_role\n"
                              "----------  -------------  -------------\n"
                              "sales-link  sales          Primary\n"
                              "test-link   日本           Secondary\n")

    def test_the_same_rows_in_every_style(self):
        lines = self.rows("link_list", "--columns", "link,send_lag_seconds,database_name")
        self.assertEqual([list(line) for line in lines],
                         [["link", "send_lag_seconds", "database_name"]] * 2)
        self.assertEqual(lines[1]["database_name"], "日本")
        code, out, _ = self.call("link_list", "--columns", "link,most_recent_error,database_name", "--csv")
        self.assertEqual((code, out), (0, "link,most_recent_error,database_name\n"
                                          "sales-link,,sales\ntest-link,,日本\n"))
        code, out, _ = self.call("link_list", "--columns", "database_name,most_recent_error", "--vertical")
        self.assertEqual((code, out), (0, "database_name      sales\nmost_recent_error  NULL\n\n"
                                          "database_name      日本\nmost_recent_error  NULL\n"))

    def test_a_wide_row_has_a_line_a_column(self):
        code, out, _ = self.call("link_get", "link=sales-link")
        self.assertEqual(code, 0)
        self.assertRegex(out, r"(?m)^link +sales-link\ndatabase_name +sales\n")

    def test_numbers_are_numbers(self):
        row = self.rows("version")[0]
        self.assertEqual((row["instances"], row["agent_version"]), (1, "1.0.0"))

    def test_parameters_reach_the_agent_as_they_are(self):
        row = self.rows("database_get", "@database=日本")[0]
        self.assertEqual(row["name"], "日本")
        self.assertExit(self.call("link_get", "link=a\"b'c$d"), 2, r"a\"b'c\$d")

    def test_no_rows(self):
        code, out, error = self.call("operation_list", "--columns", "link,state")
        self.assertEqual((code, out, error), (0, "link  state\n----  -----\n", "no rows\n"))
        self.assertEqual(self.call("operation_list", "--json"), (0, "", ""))
        self.assertEqual(self.call("operation_list", "--quiet", "--vertical"), (0, "", ""))

    @unittest.skipUnless(NATIVE, "a full device is a matter of Linux")
    def test_rows_that_cannot_be_written_are_an_error(self):
        with open("/dev/full", "wb") as full:
            process = self.start("call", "link_list", stdout=full, stderr=subprocess.PIPE)
            _, error = process.communicate(timeout=60)
        self.assertEqual((process.returncode, error), (1, b"milink-agent call: the rows could not be written\n"))


class ExitCodes(CliCase):
    configuration = {"workers": 4, "queue": 1}

    def test_usage(self):
        self.assertExit(self.call(), 2, "which procedure")
        self.assertExit(self.call("link_gte"), 2, r"Did you mean link_get\?")
        self.assertExit(self.call("link_get", "lnk=x"), 2, r"Did you mean link\?")
        self.assertExit(self.call("link_get"), 2, "error 50553 .*@link")
        self.assertExit(self.call("license_set", "license_type=free"), 2, "error 50554 .*BasePrice")
        self.assertExit(self.call("link_get", "link=a", "--wait"), 2, "is over when it answers")
        self.assertEqual([r["kind"] for r in self.rig.requests() if r["method"] != "GET"], [])

    def test_refused(self):
        self.assertExit(self.call("link_get", "link=none"), 1, "^xp_milink_link_get: error 50601 ")
        self.assertExit(self.call("link_failover", "link=sales-link", "failover_type=Planned",
                                  "expected_role=Secondary"), 1, "error 50568 ")

    def test_outcome_not_known(self):
        self.rig.kill_agent()
        self.rig.start_bad_agent("close")
        result = self.call("license_set", "hybrid_secondary_usage=Active")
        self.assertExit(result, 4, "error 50508 ", "operation_list",
                        "with request_id=" + GUID.pattern + " is not carried out twice")
        self.assertExit(self.call("link_list"), 1, "error 50508 ")

    def test_busy(self):
        self.rig.fault(on="link.list", nth=0, action="status", status=429, headers={"Retry-After": "300"})
        self.assertExit(self.call("link_list", "--timeout", "5"), 5, "error 50603 ")

    def test_not_in_time(self):
        self.assertEqual(self.call("link_list")[0], 0)  # the token is there
        self.rig.fault(on="link.list", nth=0, action="delay", delay_ms=20000)
        self.assertExit(self.call("link_list", "--timeout", "2"), 5, "error 50[56]06 ")

    def test_not_running(self):
        self.rig.kill_agent()
        self.assertExit(self.call("version"), 3, "error 50501 ", "service milink-agent")
        self.assertExit(self.call("license_set", "hybrid_secondary_usage=Active", "--wait"), 3, "error 50501 ")


class Help(CliCase):
    azure = None

    def test_every_verb_has_help(self):
        code, out, _ = self.run_agent("help")
        self.assertEqual(code, 0)
        verbs = re.findall(r"(?m)^  ([a-z]+) {2,}\S", out)
        self.assertGreaterEqual(set(verbs), {"run", "check", "call", "secret", "audit", "reload", "stop"})
        for verb in verbs:
            by_name = self.run_agent("help", verb)
            self.assertEqual(by_name, self.run_agent(verb, "--help"), verb)
            self.assertEqual((by_name[0], by_name[2]), (0, ""), verb)
            self.assertIn(f"usage: milink-agent {verb}", by_name[1])
            self.assertIn("exit codes:", by_name[1])
            for line in by_name[1].splitlines():
                self.assertLessEqual(len(line), 100, f"{verb}: {line}")
            self.assertIn(f"`{verb}", document("command-line.md"))

    def test_every_procedure_is_listed_and_described(self):
        code, out, _ = self.call("--help")
        self.assertEqual(code, 0)
        names = re.findall(r"(?m)^  ([a-z]+(?:_[a-z]+)*) {2,}\S", out.split("\nService\n")[1])
        self.assertIn("link_failover", names)
        for name in names:
            code, out, error = self.call("--help", name)
            self.assertEqual((code, error), (0, ""), name)
            self.assertRegex(out, rf"\Axp_milink_{name}: ")
            self.assertIn("Columns: ", out)


class Waiting(CliCase):
    def test_until_the_end(self):
        code, out, error = self.call("link_failover", "link=sales-link", "failover_type=Planned", "--wait", "--json")
        self.assertEqual(code, 0, error)
        self.assertEqual(json.loads(out)["state"], "Succeeded")
        self.assertRegex(error, r"\A((Accepted|Running)  .*\n){1,2}\Z")

    def test_quietly(self):
        code, out, error = self.call("link_failover", "link=sales-link", "failover_type=Planned", "--wait", "--quiet",
                                     "--json")
        self.assertEqual((code, error, json.loads(out)["state"]), (0, "", "Succeeded"))

    def test_an_operation_that_fails(self):
        self.rig.azure("/_sim/link/sales-link", {"failover_result": {
            "status": "Failed", "code": "SomethingBroke", "message": "It \x1b[2Jbroke."}})
        code, out, error = self.call("link_failover", "link=sales-link", "failover_type=Planned", "--wait", "--json")
        row = json.loads(out)
        self.assertEqual((code, row["state"]), (1, "Failed"), error)
        self.assertRegex(error, r"error 506\d\d \(SomethingBroke\)\n.*broke")
        self.assertNotIn("\x1b", error)
        self.assertIn("operation " + row["operation_id"], error)
        # What has ended is told again, by its own exit code.
        self.assertEqual(self.call("operation_get", "operation_id=" + row["operation_id"], "--wait", "--quiet")[0], 1)
        self.assertEqual(self.call("operation_get", "operation_id=" + row["operation_id"])[0], 0)

    def test_not_longer_than_asked(self):
        self.rig.azure("/_sim/timing", {"failover_ms": 600000})
        code, out, error = self.call("link_failover", "link=sales-link", "failover_type=Planned", "--wait",
                                     "--timeout", "5", "--json")
        row = json.loads(out)
        self.assertEqual((code, row["state"]), (4, "Running"), error)
        self.assertIn("It has not ended within 5 s.\n", error)
        self.assertIn(f"milink-agent call operation_get operation_id={row['operation_id']} --wait", error)
        self.assertExit(self.call("license_set", "hybrid_secondary_usage=Active", "request_id=" + row["request_id"]),
                        1, "error 50560 ")

    def test_the_way_back_that_is_told_works(self):
        code, out, _ = self.call("link_failover", "link=sales-link", "failover_type=Planned", "--json")
        self.assertEqual(code, 0)
        identifier = json.loads(out)["operation_id"]
        code, out, _ = self.call("operation_get", "operation_id=" + identifier, "--wait", "--json")
        self.assertEqual((code, json.loads(out)["state"]), (0, "Succeeded"))

    @unittest.skipUnless(NATIVE, "a Ctrl-C of a console is a matter of Windows")
    def test_interrupted(self):
        self.rig.azure("/_sim/timing", {"failover_ms": 600000})
        log = os.path.join(self.rig.folder, "call.out")
        with open(log, "wb") as to:
            process = self.start("call", "link_failover", "link=sales-link", "failover_type=Planned", "--wait",
                                 stdout=to, stderr=to)
        wait_for(lambda: "Running" in self.rig.text("call.out"), "the operation runs")
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.wait(10), 130)
        text = self.rig.text("call.out")
        identifier = GUID.search(text).group(0)
        self.assertIn(f"Interrupted.\nThe operation goes on. To wait for its end:\n"
                      f"  milink-agent call operation_get operation_id={identifier} --wait\n", text)
        self.assertEqual(self.rig.operation(identifier)["state"], "Running")

    def test_through_a_restart_of_the_agent(self):
        self.rig.azure("/_sim/timing", {"failover_ms": 6000})
        log = os.path.join(self.rig.folder, "call.out")
        with open(log, "wb") as to:
            process = self.start("call", "link_failover", "link=sales-link", "failover_type=Planned", "--wait",
                                 "--columns", "state", stdout=to, stderr=to)
        wait_for(lambda: "Running" in self.rig.text("call.out"), "the operation runs")
        self.rig.kill_agent()
        wait_for(lambda: "does not answer" in self.rig.text("call.out"), "the silence is told")
        self.rig.start_agent()
        self.assertEqual(process.wait(60), 0, self.rig.text("call.out"))
        self.assertRegex(self.rig.text("call.out"), r"state\s+-+\s+Succeeded")
        self.assertEqual(len(self.rig.requests("link.failover")), 1)


class Confirmation(CliCase):
    def test_what_if_sends_nothing(self):
        code, out, error = self.call("link_failover", "link=sales-link", "failover_type=Planned", "--what-if")
        self.assertEqual((code, error), (0, "@what_if = 1: nothing was sent.\n"))
        self.assertRegex(out, r'\APOST /subscriptions/\S+/sales-link/failover\napi-version \S+\n\n'
                              r'{\n  "failoverType": "Planned"\n}\n\Z')
        row = self.rows("link_failover", "link=sales-link", "failover_type=Planned", "--what-if")[0]
        self.assertTrue(row["detail"].startswith("Would send: POST "))
        self.assertEqual(self.call("link_failover", "link=sales-link", "failover_type=Planned", "--what-if",
                                   "--wait", "--quiet")[0], 0)
        self.assertEqual(self.rig.requests("link.failover"), [])


@unittest.skipUnless(NATIVE, "a terminal of its own is a matter of Linux")
class Terminal(CliCase):
    def on_terminal(self, columns, *arguments):
        """What a terminal of that width gets."""
        import fcntl
        import pty
        import termios
        ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        process = subprocess.Popen([rig.OPTIONS.agent, "call", *arguments], stdin=theirs, stdout=theirs,
                                   stderr=theirs, env=self.rig.environment)
        os.close(theirs)
        text, end = b"", time.monotonic() + 60
        while time.monotonic() < end:
            if select.select([ours], [], [], 0.1)[0]:
                try:
                    data = os.read(ours, 4096)
                except OSError:  # the other end is closed
                    break
                text += data
        os.close(ours)
        self.assertEqual(process.wait(10), 0, text)
        return text.decode("utf-8").replace("\r\n", "\n")

    def test_its_width_decides(self):
        columns = ("--columns", "link,database_name,instance_role")
        self.assertIn("\n----------  ---", self.on_terminal(40, "link_list", *columns))
        self.assertIn("link           sales-link\n", self.on_terminal(39, "link_list", *columns))

    def test_progress_is_one_line(self):
        text = self.on_terminal(80, "link_failover", "link=sales-link", "failover_type=Planned", "--wait",
                                "--columns", "state")
        shown, rows = text.rsplit("\r", 1)
        self.assertRegex(shown, r"\A(\r(Accepted|Running)  (\d+ %  )?\d+ s *){2,}\r *\Z")
        self.assertNotIn("\n", shown)
        self.assertEqual(rows, "state\n---------\nSucceeded\n")


class Documents(CliCase):
    """What the documents show is what one sees: '...' stands for anything."""

    azure = None

    def play(self, text):
        """Runs the commands of a document and compares what they print; returns how many there were."""
        code, shown = 0, 0
        for block in re.findall(r"```console\n(.*?)```", text, re.S):
            for command, expected in re.findall(r"(?m)^\$ (.*)\n((?:(?!\$ ).*\n)*)", block):
                if command == "echo $?":
                    self.assertEqual(f"{code}\n", expected, block)
                    continue
                words = shlex.split(command)
                self.assertEqual(words[0], "milink-agent")
                code, out, _ = self.run_agent(*words[1:], merged=True)
                pattern = re.escape(expected).replace(r"\.\.\.", ".*")
                self.assertRegex(out, re.compile(rf"\A{pattern}\Z", re.S), f"{command}: exit code {code}")
                shown += 1
        return shown

    def test_the_command_line(self):
        self.rig.start_azure(scenario(link()))
        self.rig.start_agent()
        self.assertGreater(self.play(document("command-line.md")), 8)

    def rehearse(self, title):
        """A chapter of the rehearsal: its script, and what one does then."""
        text = document("rehearsal.md").split(f"\n## {title}\n")[1].split("\n## ")[0]
        script = os.path.join(self.rig.folder, "script.txt")
        with open(script, "w", encoding="utf-8") as to:
            to.write(re.search(r"```script\n(.*?)```", text, re.S).group(1))
        with open(REHEARSAL, encoding="utf-8") as source:
            model = json.load(source)
        model["timing"].update(failover_ms=1000, license_ms=300, link_delete_ms=300)
        self.rig.start_azure({**scenario(), **model}, "--script", script)
        known = self.rig.configuration()["instances"][0]
        self.rig.start_agent(instances=[
            {**known, "alias": i["name"].removeprefix("sqlmi-"), "managed_instance": i["name"],
             "rights": ["read", "license", "failover", "forced_failover", "lifecycle"]}
            for i in model["instances"]])
        self.assertGreater(self.play(text), 0)

    def test_fail_over_and_back(self):
        self.rehearse("Fail over, and back")

    def test_sql_server_is_lost(self):
        self.rehearse("SQL Server is lost")

    def test_one_way(self):
        self.rehearse("One way to Azure")

    def test_a_bad_day(self):
        self.rehearse("Azure has a bad day")


if __name__ == "__main__":
    rig.main()
