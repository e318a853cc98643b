#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What an administrator does: secrets, reload without losing a call, stop; and what the verbs say."""
import os
import pty
import signal
import subprocess
import termios
import threading

import rig
from rig import RigCase, link, scenario, wait_for

STORED = "another~secret_+/=&%42"


class AdministrationCase(RigCase):
    def verb(self, *arguments, given=b"", code=0):
        """milink-agent VERB ... --config FILE; its standard output."""
        command = self.rig.command(rig.OPTIONS.agent, *arguments)
        result = subprocess.run(command, input=given, capture_output=True, timeout=120, check=False,
                                env=self.rig.environment)
        self.rig.keep_answer(result.stdout + result.stderr)
        self.said = result.stderr.decode("utf-8", "replace")
        self.assertEqual(result.returncode, code, self.said)
        return result.stdout.decode("utf-8", "replace").replace("\r\n", "\n")

    def configured(self, *arguments, **more):
        return self.verb(*arguments, "--config", self.rig.path("agent.json"), **more)


class Secrets(AdministrationCase):
    azure = None

    def setUp(self):
        super().setUp()
        self.rig.secrets.append(STORED)
        self.rig.start_azure(scenario(link(), client_secret=STORED))
        self.identity = {"type": "client_secret", "tenant_id": rig.TENANT, "client_id": rig.CLIENT,
                         "secret": "ARM"}
        self.rig.write_configuration(identity=self.identity)

    def test_stored_and_used(self):
        self.assertEqual(self.configured("secret", "list"), "")
        self.assertIn("secret arm is stored", self.configured("secret", "set", "arm", given=STORED.encode() + b"\r\n"))
        self.assertRegex(self.configured("secret", "list"), r"^arm +set 20\S+Z, age in days: 0\n$")
        self.rig.start_agent(identity=self.identity)
        self.assertDone(self.rig.call("link_get", link="sales-link"))
        self.configured("secret", "remove", "Arm")
        self.assertEqual(self.configured("secret", "list"), "")
        self.configured("secret", "remove", "arm", code=1)
        self.assertIn("secret arm is not set", self.said)

    def test_typed(self):
        """At a terminal nothing of it is shown."""
        if rig.OPTIONS.windows:
            self.skipTest("a terminal of POSIX")
        ours, theirs = pty.openpty()
        try:
            command = self.rig.command(rig.OPTIONS.agent, "secret", "set", "arm", "--config",
                                       self.rig.path("agent.json"))
            with subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs) as process:
                shown = b""
                while not shown.endswith(b"(not shown): "):
                    shown += os.read(ours, 1024)
                wait_for(lambda: not termios.tcgetattr(theirs)[3] & termios.ECHO, "it does not echo")
                os.write(ours, STORED.encode() + b"\n")
                self.assertEqual(process.wait(timeout=60), 0)
            while b"is stored" not in shown:
                shown += os.read(ours, 1024)
            self.assertNotIn(STORED.encode(), shown)
            self.assertTrue(termios.tcgetattr(theirs)[3] & termios.ECHO)
        finally:
            os.close(ours)
            os.close(theirs)
        self.rig.start_agent(identity=self.identity)
        self.assertDone(self.rig.call("link_get", link="sales-link"))

    def test_interrupted(self):
        """Ctrl-C at the prompt leaves a terminal that echoes, and nothing stored."""
        if rig.OPTIONS.windows:
            self.skipTest("a terminal of POSIX")
        ours, theirs = pty.openpty()
        try:
            command = self.rig.command(rig.OPTIONS.agent, "secret", "set", "arm", "--config",
                                       self.rig.path("agent.json"))
            for number in (signal.SIGINT, signal.SIGTERM):
                with subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs) as process:
                    wait_for(lambda: not termios.tcgetattr(theirs)[3] & termios.ECHO, "it does not echo")
                    os.write(ours, b"half of it")
                    process.send_signal(number)
                    self.assertEqual(process.wait(timeout=60), -number)
                self.assertTrue(termios.tcgetattr(theirs)[3] & termios.ECHO)
        finally:
            os.close(ours)
            os.close(theirs)
        self.assertEqual(self.configured("secret", "list"), "")

    def test_missing(self):
        self.rig.start_agent(identity=self.identity)
        answer = self.rig.call("link_get", link="sales-link")
        self.assertRefused(answer, answer.rc, "the secret ARM is not set", "milink-agent secret set arm")
        # No restart: the store is asked at each request for a token.
        self.configured("secret", "set", "arm", given=STORED.encode())
        wait_for(lambda: self.rig.call("link_get", link="sales-link").rc == 0, "the stored secret is used", 60)

    def test_refused(self):
        self.configured("secret", "set", "arm", STORED[:5], code=2)
        self.assertIn("the value comes from standard input", self.said)
        self.configured("secret", "set", "arm", code=1)
        self.assertIn("no secret came on standard input", self.said)
        self.configured("secret", "set", "arm", given=b"two lines\nof it\n", code=1)
        self.assertIn("more than one line", self.said)
        self.configured("secret", "set", "arm", given=b"x" * 4097, code=1)
        self.assertIn("longer than 4096", self.said)
        self.configured("secret", "set", "a/m", given=STORED.encode(), code=1)
        self.configured("secret", "set", "arm", given="\u00fc".encode(), code=1)
        self.configured("secret", code=2)
        self.configured("secret", "get", "arm", code=2)
        self.assertEqual(self.configured("secret", "list"), "")
        self.configured("secret", "set", "arm", given=b"x" * 4096)


class Reload(AdministrationCase):
    azure = scenario(link(), timing={"failover_ms": 3000})

    def alias(self):
        return [row["alias"] for row in self.rig.call("instance_list").rows]

    def rename(self, name, **changes):
        changed = self.rig.configuration()["instances"]
        changed[0]["alias"] = name
        self.rig.write_configuration(instances=changed, **changes)

    def test_calls_under_way_go_on(self):
        """A call that waits for its operation, and others all the while, across reloads."""
        answers, errors, stop = [], [], threading.Event()

        def fail_over():
            answers.append(self.rig.call("link_failover", link="sales-link", failover_type="Planned",
                                         wait_seconds=30, timeout_seconds=60))

        def keep_calling():
            while not stop.is_set():
                answer = self.rig.call("version")
                if answer.rc != 0:
                    errors.append(answer.error_text)

        threads = [threading.Thread(target=fail_over), threading.Thread(target=keep_calling)]
        for thread in threads:
            thread.start()
        try:
            wait_for(lambda: self.rig.requests("link.failover"), "the failover is sent")
            for number in range(3):
                self.rig.write_configuration(limits={"link_minutes": 10 + number})
                self.assertIn("the configuration is in force", self.configured("reload"))
            threads[0].join(60)
        finally:
            stop.set()
            for thread in threads:
                thread.join(60)
        self.assertDone(answers[0])
        self.assertEqual(answers[0].rows[0]["state"], "Succeeded")
        self.assertEqual(len(self.rig.requests("link.failover")), 1)
        self.assertEqual(errors, [])

    def test_new_instances(self):
        self.assertEqual(self.alias(), ["dr"])
        self.rename("second", workers=3)
        self.assertIn("workers: the new value needs a restart", self.configured("reload"))
        self.assertEqual(self.alias(), ["second"])
        self.assertDone(self.rig.call("link_get", link="sales-link", instance="second"))

    def test_errors_change_nothing(self):
        self.rename("sec ond")
        self.assertIn('instances[0].alias: "sec ond" is not valid', self.configured("reload", code=1))
        self.assertIn("the one in force stays", self.said)
        self.assertEqual(self.alias(), ["dr"])
        self.assertIn("agent.reload", self.rig.text("agent.log"))

    def test_signal(self):
        if rig.OPTIONS.windows:
            self.skipTest("Windows has no SIGHUP")
        self.rename("third")
        self.rig.agent.send_signal(signal.SIGHUP)
        wait_for(lambda: self.alias() == ["third"], "the new configuration is in force")

    def test_stop(self):
        self.assertIn("the agent stops", self.configured("stop"))
        self.assertEqual(self.rig.agent.wait(timeout=60), 0)
        self.configured("stop", code=3)
        self.configured("reload", code=3)
        self.rig.start_agent()
        self.assertEqual(self.alias(), ["dr"])

    def test_place_unknown(self):
        """A configuration that is broken does not say where the agent listens: that is told, not only that
        nobody is there."""
        self.rig.environment = dict(self.rig.environment, MILINK_SOCKET=self.rig.path("nobody.sock"))
        self.rename("sec ond", listen={"socket": self.rig.socket})
        if not rig.OPTIONS.windows:
            self.configured("reload", code=3)
            self.assertIn("the configuration cannot be read", self.said)
            self.assertIn('instances[0].alias: "sec ond" is not valid', self.said)


class Verbs(AdministrationCase):
    azure = None

    def test_help(self):
        everything = self.verb("--help")
        for name in ("run", "check", "call", "secret", "reload", "stop", "audit"):
            self.assertIn(f"\n  {name} ", everything)
            text = self.verb("help", name)
            self.assertIn(f"milink-agent {name}", text)
            self.assertRegex(text, "exit codes?:")
            self.assertEqual(self.verb(name, "--help"), text)
        self.assertEqual(self.verb("help"), everything)

    def test_reader_gone(self):
        """Whoever reads the output may stop: that ends no verb by a signal."""
        if rig.OPTIONS.windows:
            self.skipTest("Windows has no SIGPIPE")
        self.rig.start_azure(scenario(link()))
        self.rig.write_configuration()
        for verb in (["check"], ["check", "--verbose"], ["audit", "verify"], ["--help"]):
            reading, writing = os.pipe()
            os.close(reading)
            arguments = verb + ([] if verb == ["--help"] else ["--config", self.rig.path("agent.json")])
            try:
                result = subprocess.run(self.rig.command(rig.OPTIONS.agent, *arguments), stdout=writing,
                                        stderr=subprocess.DEVNULL, timeout=120, check=False,
                                        env=self.rig.environment)
            finally:
                os.close(writing)
            self.assertIn(result.returncode, (0, 1), verb)

    def test_closed_streams(self):
        """Started without standard streams, none of the agent's files becomes one."""
        if rig.OPTIONS.windows:
            self.skipTest("descriptors of POSIX")
        self.rig.start_azure(scenario(link()))
        self.rig.write_configuration()
        command = self.rig.command(rig.OPTIONS.agent, "run", "--config", self.rig.path("agent.json"))
        shell = ["sh", "-c", 'exec "$@" 0<&- 1>&- 2>&-', "sh"]
        with subprocess.Popen(shell + command, env=self.rig.environment) as process:
            try:
                wait_for(lambda: os.path.exists(self.rig.log) and "agent.started" in self.rig.text("agent.log"),
                         "it serves")
                for number in range(3):
                    self.assertEqual(os.readlink(f"/proc/{process.pid}/fd/{number}"), "/dev/null")
            finally:
                process.terminate()
            self.assertEqual(process.wait(timeout=60), 0)

    def test_check_leaves_the_log_alone(self):
        """check may run as another account than the agent's: it must not make the agent's files its own."""
        self.rig.start_azure(scenario(link()))
        self.rig.write_configuration()
        self.assertRegex(self.configured("check"), "OK +azure|, 0 failed")
        self.assertEqual(os.listdir(os.path.join(self.rig.folder, "state")), [])
        self.assertFalse(os.path.exists(self.rig.log))

    def test_wrong(self):
        for arguments in ((), ("nothing",), ("run", "x"), ("run", "--config"), ("reload", "--verbose"),
                          ("check", "--no"), ("stop", "now"), ("help", "nothing")):
            self.verb(*arguments, code=2)
            self.assertIn("usage: milink-agent", self.said)

    def test_settings_are_explained(self):
        self.rig.start_azure(scenario(link()))
        self.rig.write_configuration(workers=7)
        text = self.configured("check", "--verbose")
        self.assertIn("\nworkers = 7 (file): calls served at the same time\n", text)
        self.assertIn("\nqueue = 256 (default): ", text)
        self.assertIn("\nOK ", text)

    def test_no_configuration(self):
        for name in ("run", "check", "secret"):
            arguments = (name, "list") if name == "secret" else (name,)
            self.verb(*arguments, "--config", self.rig.path("nowhere.json"), code=1)
        self.assertFalse(os.path.exists(os.path.join(self.rig.folder, "state", "journal.db")))


if __name__ == "__main__":
    rig.main()
