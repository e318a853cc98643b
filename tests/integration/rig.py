# SPDX-License-Identifier: MIT
"""The rig of the integration tests: a simulated Azure, the real agent, and odshost as SQL Server.

The same tests run natively and, with --windows, on the mingw binaries under Wine. WINEPREFIX must then be
ready (wine_start in tools/lib.sh)."""

import argparse
import itertools
import json
import os
import re
import shutil
import signal
import ssl
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.request
import uuid

import scan_secrets

TENANT = "11111111-2222-3333-4444-555555555555"
CLIENT = "99999999-8888-7777-6666-555555555555"
SECRET = "it~is.a-secret_+/=&%41"
SUBSCRIPTION = "00000000-1111-2222-3333-444444444444"
RIGHTS = ["read", "license", "failover", "forced_failover"]
WINE_OWNER = "S-1-5-21-0-0-0-513"  # what Wine reports as the owner of every object

VALIDATE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "specs", "validate")

# What the rig itself knows of secrets, and the simulator's side; paths in the rig's folder.
SECRET_PLACES = {"secret", "scenario.json", "server.key", "traffic.jsonl", "armsim.log",
                 "certificate.pem", "federated-token"}

OPTIONS = None
SCRIPTS = itertools.count(1)
TRAFFIC = []  # what passed between agents and Azures, to be validated when all tests are through


def parse_options():
    parser = argparse.ArgumentParser()
    parser.add_argument("--agent", required=True, help="milink-agent or milink-agent.exe")
    parser.add_argument("--odshost", required=True)
    parser.add_argument("--armsim", required=True)
    parser.add_argument("--badagent", required=True)
    parser.add_argument("--badclient", required=True)
    parser.add_argument("--squatter")
    parser.add_argument("--impostor")
    parser.add_argument("--pipe-probe")
    parser.add_argument("--make-cert", required=True)
    parser.add_argument("--windows", action="store_true", help="the programs run under Wine")
    options, rest = parser.parse_known_args()
    if options.windows and not os.environ.get("WINEPREFIX"):
        parser.error("--windows needs WINEPREFIX: see wine_start in tools/lib.sh")
    return options, rest


def main():
    """What every test file ends with."""
    global OPTIONS
    OPTIONS, rest = parse_options()
    # The test files import this module under its name; __main__ of theirs shares the options through it.
    sys.modules["rig"].OPTIONS = OPTIONS
    if OPTIONS.windows:
        set_pipe_owner(WINE_OWNER)
    unittest.main(module="__main__", argv=[sys.argv[0]] + rest, verbosity=2)


def set_pipe_owner(sid):
    key = ["wine", "reg"]
    if sid:
        command = key + ["add", r"HKLM\SOFTWARE\milink", "/v", "PipeOwner", "/d", sid, "/f"]
    else:
        command = key + ["delete", r"HKLM\SOFTWARE\milink", "/v", "PipeOwner", "/f"]
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL, timeout=60)


def wait_for(condition, what, seconds=30):
    """Waits for a state, never for a time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        value = condition()
        if value:
            return value
        time.sleep(0.02)
    raise AssertionError(f"{what}: not within {seconds} s")


def validate_traffic():
    """Holds what was asked of Azure, and what it answered, against Microsoft's OpenAPI files."""
    text = "".join(TRAFFIC)
    TRAFFIC.clear()
    if not text:
        return
    result = subprocess.run([VALIDATE, "-"], input=text, capture_output=True, text=True,
                            timeout=120, check=False)
    if result.returncode != 0:
        raise AssertionError(f"against the OpenAPI files:\n{result.stdout}{result.stderr}")


def link(name="sales-link", role="Primary", **more):
    return {"name": name, "instance_role": role, "databases": [{"name": "sales"}], **more}


def scenario(*links, timing=None, instance=None, **more):
    """A scenario of one instance, with quick changes and Azure's slow Retry-After."""
    times = {"failover_ms": 400, "set_role_ms": 400, "license_ms": 200, "retry_after_seconds": 15}
    times.update(timing or {})
    return {"tenant_id": TENANT, "client_id": CLIENT, "client_secret": SECRET, "timing": times,
            "instances": [{"name": "sqlmi-dr", "subscription_id": SUBSCRIPTION,
                           "resource_group": "rg-dr", "links": list(links), **(instance or {})}],
            **more}


class Answer:
    """What one EXEC gave its caller."""

    def __init__(self, raw):
        self.raw = raw
        self.rc = raw["rc"]
        self.columns = [c["name"] if isinstance(c, dict) else c for c in raw["columns"]]
        self.rows = [row if isinstance(row, dict) else dict(zip(self.columns, row))
                     for row in raw["rows"]]
        self.messages = raw["messages"]
        self.outputs = raw["outputs"]
        self.elapsed_ms = raw["elapsed_ms"]

    @property
    def errors(self):
        return [m for m in self.messages if m["severity"] > 10]

    @property
    def error_text(self):
        return self.errors[0]["text"] if self.errors else ""


class Rig:
    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="milink-test-")
        self.socket = os.path.join(self.folder, "xp.sock")
        self.log = os.path.join(self.folder, "agent.log")
        self.traffic = os.path.join(self.folder, "traffic.jsonl")
        self.sim = self.agent = self.bad = None
        self.port = self.identity_port = None
        self.specified = True  # what passes between agent and Azure is in the OpenAPI files
        self.secrets = [SECRET]  # to be found nowhere when the rig is closed
        self.environment = dict(os.environ, MILINK_SOCKET=self.socket)
        subprocess.run([OPTIONS.make_cert, self.folder], check=True, stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL)
        os.mkdir(os.path.join(self.folder, "state"))
        secret = os.path.join(self.folder, "secret")
        with open(secret, "w", encoding="utf-8") as to:
            to.write(SECRET)
        os.chmod(secret, 0o600)

    def close(self):
        try:
            scan_secrets.check_processes(self.secrets)
        finally:
            for process in (self.agent, self.bad, self.sim):
                self.kill(process)
            self.keep_traffic()
            try:
                scan_secrets.check_files(self.folder, self.secrets, SECRET_PLACES)
            finally:
                shutil.rmtree(self.folder, ignore_errors=True)

    def keep_traffic(self):
        if self.specified and os.path.exists(self.traffic):
            text = self.text("traffic.jsonl")
            TRAFFIC.append(text[:text.rfind("\n") + 1])  # armsim may have been killed in the middle of a line

    @staticmethod
    def kill(process):
        if process is not None:
            if process.poll() is None:
                process.send_signal(signal.SIGCONT)
                process.kill()
            process.wait()

    # Programs ------------------------------------------------------------------------------------

    def path(self, name):
        """A path in the rig's folder, as the programs under test spell it."""
        path = os.path.join(self.folder, name)
        return "Z:" + path if OPTIONS.windows else path

    def command(self, program, *arguments):
        return (["wine"] if OPTIONS.windows else []) + [program, *arguments]

    def spawn(self, command, log):
        with open(log, "ab") as to:
            return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=to, stderr=to,
                                    env=self.environment)

    def start_azure(self, model, *options):
        """Azure, and the identity service of the machine at self.identity_port. Options come last and win."""
        path = os.path.join(self.folder, "scenario.json")
        port_file = os.path.join(self.folder, "port")
        identity_file = os.path.join(self.folder, "identity-port")
        with open(path, "w", encoding="utf-8") as to:
            json.dump(model, to)
        command = [OPTIONS.armsim, "--scenario", path, "--port-file", port_file, "--log", self.traffic,
                   "--identity-port-file", identity_file,
                   "--cert", os.path.join(self.folder, "server.pem"),
                   "--key", os.path.join(self.folder, "server.key")]
        if self.port:  # again at the same place
            command += ["--port", str(self.port), "--identity-port", str(self.identity_port)]
            os.unlink(port_file)
        self.sim = self.spawn(command + list(options), os.path.join(self.folder, "armsim.log"))
        wait_for(lambda: os.path.exists(port_file), "armsim listens")
        with open(port_file, encoding="utf-8") as source:
            self.port = int(source.read())
        with open(identity_file, encoding="utf-8") as source:
            self.identity_port = int(source.read())

    def configuration(self, **changes):
        here = f"https://localhost:{self.port}"
        config = {
            "cloud": "custom", "arm_endpoint": here, "authority": here,
            "audience": "https://management.azure.com",
            "identity": {"type": "client_secret", "tenant_id": TENANT, "client_id": CLIENT,
                         "secret_file": self.path("secret")},
            "tls": {"ca_file": self.path("ca.pem")}, "state_directory": self.path("state"),
            "log": {"file": self.path("agent.log"), "level": "debug"},
            "instances": [{"alias": "dr", "subscription_id": SUBSCRIPTION,
                           "resource_group": "rg-dr", "managed_instance": "sqlmi-dr",
                           "rights": RIGHTS}]}
        config.update(changes)
        return config

    def write_configuration(self, **changes):
        with open(os.path.join(self.folder, "agent.json"), "w", encoding="utf-8") as to:
            json.dump(self.configuration(**changes), to)

    def start_agent(self, **changes):
        self.write_configuration(**changes)
        self.agent = self.spawn(self.command(OPTIONS.agent, "run", "--config",
                                             self.path("agent.json")),
                                os.path.join(self.folder, "agent.out"))

        def answers():
            if self.agent.poll() is not None:
                raise AssertionError("the agent ended: " + self.text("agent.out"))
            return self.execute("EXEC xp_milink_version;").rc == 0

        wait_for(answers, "the agent answers", 60)

    def kill_agent(self):
        self.kill(self.agent)
        self.agent = None

    def start_bad_agent(self, mode):
        out = os.path.join(self.folder, "bad.out")
        open(out, "w", encoding="utf-8").close()
        self.bad = self.spawn(self.command(OPTIONS.badagent, mode), out)
        wait_for(lambda: "ready" in self.text("bad.out"), f"badagent {mode} listens", 60)

    def kill_bad_agent(self):
        self.kill(self.bad)
        self.bad = None

    def keep_answer(self, data):
        """What callers were told, for the search for secrets."""
        with open(os.path.join(self.folder, "answers"), "ab") as to:
            to.write(data)

    def text(self, name):
        with open(os.path.join(self.folder, name), encoding="utf-8", errors="replace") as source:
            return source.read()

    # SQL Server ------------------------------------------------------------------------------------

    def script(self, text, *options, timeout=120):
        """Runs a script; returns everything it printed as objects, one a statement or summary."""
        # A file of its own: the program that had the one before may not be quite gone.
        path = os.path.join(self.folder, f"script-{next(SCRIPTS)}.sql")
        with open(path, "w", encoding="utf-8") as to:
            to.write(text)
        result = subprocess.run(
            self.command(OPTIONS.odshost, "--json", *options, "Z:" + path if OPTIONS.windows else path),
            stdin=subprocess.DEVNULL, capture_output=True, timeout=timeout, env=self.environment,
            check=False)
        self.keep_answer(result.stdout + result.stderr)
        errors = result.stderr.decode("utf-8", "replace")
        if result.returncode != 0 or "ODS MISUSE" in errors:
            said = result.stdout.decode("utf-8", "replace")
            raise AssertionError(f"odshost ended with {result.returncode}: {errors}\n{said[-2000:]}")
        return [json.loads(line) for line in result.stdout.decode("utf-8").splitlines()
                if line.startswith("{")]

    def execute(self, text, *options, timeout=120):
        """Runs a script and returns the answer of its last EXEC."""
        return [Answer(o) for o in self.script(text, *options, timeout=timeout) if "rc" in o][-1]

    @staticmethod
    def statement(name, parameters):
        """EXEC of one procedure with named parameters; texts as N'...', bytes as 0x..."""
        def literal(value):
            if value is None:
                return "NULL"
            if isinstance(value, bytes):
                return "0x" + value.hex().upper()
            if isinstance(value, int):
                return str(int(value))
            return "N'" + value.replace("'", "''") + "'"
        given = ", ".join(f"@{key} = {literal(value)}" for key, value in parameters.items())
        return f"EXEC xp_milink_{name} {given};"

    def call(self, name, /, timeout=120, **parameters):
        return self.execute(self.statement(name, parameters), timeout=timeout)

    def calls(self, name, many, timeout=120):
        """The same with one set of parameters after the other, from one session; the answers."""
        text = "\n".join(self.statement(name, parameters) for parameters in many)
        answers = [Answer(o) for o in self.script(text, timeout=timeout) if "rc" in o]
        assert len(answers) == len(many), f"{len(answers)} answers to {len(many)} calls"
        return answers

    def agent_call(self, *arguments, timeout=60):
        """milink-agent call ..."""
        return subprocess.run(self.command(OPTIONS.agent, "call", *arguments),
                              stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              timeout=timeout, env=self.environment, check=False)

    def verb(self, *arguments, given=b"", timeout=120):
        """milink-agent VERB ... --config FILE; given is its standard input."""
        result = subprocess.run(self.command(OPTIONS.agent, *arguments, "--config", self.path("agent.json")),
                                input=given, capture_output=True, timeout=timeout, env=self.environment, check=False)
        self.keep_answer(result.stdout + result.stderr)
        return result

    # Azure, from the outside -------------------------------------------------------------------------

    def azure(self, path, body=None):
        context = ssl.create_default_context(cafile=os.path.join(self.folder, "ca.pem"))
        data = json.dumps(body).encode() if body is not None else None
        request = urllib.request.Request(f"https://localhost:{self.port}{path}", data=data,
                                         method="POST" if body is not None else "GET",
                                         headers={"Content-Type": "application/json"})
        with urllib.request.urlopen(request, context=context, timeout=30) as answer:
            text = answer.read().decode()
        return json.loads(text) if text.strip() else None

    def requests(self, kind=None):
        """What has reached Azure so far."""
        return [r for r in self.azure("/_sim/requests") if kind in (None, r["kind"])]

    def writes(self):
        """What has reached Azure so far and was meant to change something."""
        return [r for r in self.requests() if r["method"] != "GET" and r["kind"] != "token"]

    def fault(self, **fault):
        self.azure("/_sim/fault", fault)

    def operation(self, identifier):
        return self.call("operation_get", operation_id=identifier).rows[0]

    def wait_operation(self, identifier, state, seconds=60):
        return wait_for(lambda: (row := self.operation(identifier))["state"] == state and row,
                        f"operation {identifier} is {state}", seconds)


class RigCase(unittest.TestCase):
    """A test with a rig of its own, whose Azure and agent run. Azure = None: neither."""

    azure = scenario(link())
    configuration = {}
    specified = True  # False: asks for what is not in the OpenAPI files, as of a preview

    @classmethod
    def tearDownClass(cls):
        unittest.addModuleCleanup(validate_traffic)  # the second one finds nothing to do

    def setUp(self):
        self.rig = Rig()
        self.rig.specified = self.specified
        self.addCleanup(self.rig.close)
        if self.azure is not None:
            self.rig.start_azure(self.azure)
            self.rig.start_agent(**self.configuration)

    def assertRefused(self, answer, number, *texts):
        """One message of severity 16 with the number, no rows, the number as return code."""
        self.assertEqual(answer.rc, number, answer.error_text)
        self.assertEqual([m["number"] for m in answer.errors], [number])
        self.assertEqual([m["severity"] for m in answer.errors], [16])
        self.assertEqual(answer.rows, [])
        for text in texts:
            self.assertRegex(answer.error_text, re.compile(text, re.S))

    def assertDone(self, answer):
        self.assertEqual(answer.rc, 0, answer.error_text)
        self.assertEqual(answer.errors, [])


class SharedRigCase(RigCase):
    """One rig for all tests of the class, each of which finds Azure's log empty."""

    @classmethod
    def setUpClass(cls):
        cls.rig = Rig()
        cls.rig.specified = cls.specified
        cls.addClassCleanup(cls.rig.close)
        cls.rig.start_azure(cls.azure)
        cls.prepare()
        cls.rig.start_agent(**cls.configuration)

    @classmethod
    def prepare(cls):
        """What is to be done before the agent starts."""

    def setUp(self):
        self.rig.azure("/_sim/reset-log", {})

    def write(self, name, /, **parameters):
        """A write and its end; the operation's row."""
        answer = self.rig.call(name, **{"wait_seconds": 60, **parameters})
        self.assertDone(answer)
        return answer.rows[0]

    def succeed(self, name, /, **parameters):
        row = self.write(name, **parameters)
        self.assertEqual(row["state"], "Succeeded", row)
        return row

    def assertNothingSent(self):
        self.assertEqual([(r["method"], r["path"]) for r in self.rig.writes()], [])

    def assertShows(self, request, name, /, **parameters):
        """@what_if = 1: the request in the detail, and nothing but reads at Azure. The detail."""
        answer = self.rig.call(name, what_if=1, **parameters)
        self.assertDone(answer)
        row = answer.rows[0]
        self.assertIn("Would send: " + request, row["detail"])
        self.assertEqual((row["operation_id"], row["state"], row["started_at"]), (None, None, None))
        self.assertNothingSent()
        return row["detail"]

    def assertRepeats(self, other, name, /, **parameters):
        """The same @request_id again is the same operation, and with other parameters refused. Its row."""
        identifier = str(uuid.uuid4())
        row = self.succeed(name, request_id=identifier, **parameters)
        self.assertEqual(row["request_id"], identifier)
        sent = len(self.rig.writes())
        self.assertEqual(self.write(name, request_id=identifier.upper(), **parameters), row)
        self.assertRefused(self.rig.call(name, request_id=identifier, **{**parameters, **other}), 50560,
                           row["operation_id"], row["procedure_name"])
        self.assertEqual(len(self.rig.writes()), sent)
        return row
