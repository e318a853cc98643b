# SPDX-License-Identifier: MIT
"""What depends on Azure, measured on the native release binaries against the simulator.

    read     a procedure that reads Azure, against libcurl alone, one curl process and one az process a call
    notice   from the moment a role changes in Azure to the caller knowing
    load     the agent's CPU time and its requests while 25 failovers are in flight
    growth   how cost grows with the journal, with links, with concurrent callers

Every part prints a table; with --csv FILE the figures go there too, one a line."""

import argparse
import contextlib
import csv
import os
import random
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request
import ssl
import json
import uuid

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, "tests", "integration"))
import rig  # noqa: E402

RELEASE = os.path.join(ROOT, "build", "release")
BENCH = os.path.join(RELEASE, "tests", "bench", "milink-bench")
ARM_MS = 20  # what a near Azure region takes at least; the simulator answers in less than one
PINNED = ["taskset", "-c", "0"]  # see tools/bench: waking an idle virtual CPU costs more than a call
API = "?api-version=2025-01-01"
INSTANCE = (f"/subscriptions/{rig.SUBSCRIPTION}/resourceGroups/rg-dr/providers/Microsoft.Sql"
            "/managedInstances/sqlmi-dr")
LINK = INSTANCE + "/distributedAvailabilityGroups/sales-link"


class Bench(rig.Rig):
    """A rig whose programs are pinned to one CPU."""

    def __init__(self):
        super().__init__()
        self.aside = tempfile.mkdtemp(prefix="milink-bench-")

    def command(self, program, *arguments):
        return [*PINNED, program, *arguments]

    def measure(self, calls, procedure, *parameters, callers=1):
        """One run of the bench program: the fields of its line."""
        return self.line(BENCH, "agent", str(callers), str(max(1, calls // callers)),
                         "xp_milink_" + procedure, *parameters)

    def line(self, *command):
        result = subprocess.run([*PINNED, *command], capture_output=True, text=True,
                                env=self.environment, timeout=600, check=False)
        fields = result.stdout.strip().split(",")
        if len(fields) != 7:
            raise SystemExit(f"{' '.join(command)}: {result.stdout}{result.stderr}")
        names = ("callers", "calls", "failures", "p50", "p99", "max", "rate")
        return dict(zip(names, map(float, fields)))

    def token(self):
        body = urllib.parse.urlencode({
            "grant_type": "client_credentials", "client_id": rig.CLIENT,
            "client_secret": rig.SECRET, "scope": "https://management.azure.com/.default"})
        with self.open(f"/{rig.TENANT}/oauth2/v2.0/token", body.encode()) as answer:
            return json.load(answer)["access_token"]

    def open(self, path, body=None, **headers):
        context = ssl.create_default_context(cafile=os.path.join(self.folder, "ca.pem"))
        request = urllib.request.Request(f"https://localhost:{self.port}{path}", data=body,
                                         headers=headers)
        return urllib.request.urlopen(request, context=context, timeout=60)

    def file(self, name):
        return os.path.join(self.folder, name)

    def secret_file(self, text):
        """A file outside of the rig's folder, which is searched for secrets when it closes."""
        path = os.path.join(self.aside, "secret")
        with open(path, "w", encoding="utf-8") as to:
            to.write(text)
        return path

    def close(self):
        shutil.rmtree(self.aside, ignore_errors=True)
        super().close()


class Table:
    """Lines of one table, which are also lines of the CSV."""

    def __init__(self, part, to, *heads):
        self.part, self.to = part, to
        self.widths = [34] + [max(11, len(head) + 1) for head in heads[1:]]
        print("\n" + "".join(f"{head:<34}" if i == 0 else f"{head:>{self.widths[i]}}"
                             for i, head in enumerate(heads)))
        self.heads = heads

    def add(self, *cells):
        texts = [f"{cell:.2f}" if isinstance(cell, float) else str(cell) for cell in cells]
        print("".join(f"{text:<34}" if i == 0 else f"{text:>{self.widths[i]}}"
                      for i, text in enumerate(texts)), flush=True)
        if self.to is not None:
            for head, text in zip(self.heads[1:], texts[1:]):
                csv.writer(self.to).writerow([self.part, texts[0], head, text])


def started(links=1, timing=None, **more):
    """A rig with its Azure running: links named sales-link, sales-link-2, ..."""
    names = ["sales-link"] + [f"sales-link-{n}" for n in range(2, links + 1)]
    model = rig.scenario(*[rig.link(name, instance_ag=f"Ag{n}",
                                    databases=[{"name": f"sales{n}"}])
                           for n, name in enumerate(names)], timing=timing, **more)
    bench = Bench()
    bench.start_azure(model)
    return bench


def processes(bench, command, times):
    """Milliseconds of one process a call; None when the program is not there or fails."""
    if shutil.which(command[0]) is None:
        return None
    spent = []
    for _ in range(times):
        began = time.monotonic()
        result = subprocess.run([*PINNED, *command], capture_output=True, env=dict(
            bench.environment, REQUESTS_CA_BUNDLE=bench.file("ca.pem"),
            AZURE_CONFIG_DIR=os.path.join(bench.aside, "az")), check=False)
        if result.returncode != 0:
            print(f"  {command[0]} failed: {result.stderr.decode()[-300:]}")
            return None
        spent.append((time.monotonic() - began) * 1000)
    return statistics.median(spent)


def part_read(options):
    """Item 2 of quality.md."""
    table = Table("read", options.to, "link_get", "p50 us", "libcurl", "ratio", "target")
    for delay in (ARM_MS, 0):
        ours, alone = [], []
        for _ in range(options.rounds):
            bench = started()
            try:
                if delay:
                    bench.fault(on="link.get", nth=0, action="delay", delay_ms=delay)
                bench.start_agent(log={"file": bench.path("agent.log"), "level": "info"})
                bench.measure(2, "link_get", "@link=sales-link")
                ours.append(bench.measure(100, "link_get", "@link=sales-link")["p50"])
                token = bench.secret_file(bench.token())
                alone.append(bench.line(BENCH, "read", "100",
                                        f"https://localhost:{bench.port}{LINK}{API}",
                                        token, bench.file("ca.pem"))["p50"])
            finally:
                bench.close()
        table.add(f"Azure answers after {delay} ms" if delay else "Azure answers at once",
                  min(ours), min(alone), min(ours) / min(alone), "1.1" if delay else "-")
    compare_processes(options)


def compare_processes(options):
    bench = started()
    try:
        bench.start_agent()
        url = f"https://localhost:{bench.port}{LINK}{API}"
        token = bench.token()
        header = bench.secret_file(f"Authorization: Bearer {token}\n")
        ours = bench.measure(100, "link_get", "@link=sales-link")["p50"] / 1000
        table = Table("processes", options.to, "one process a call", "p50 ms", "link_get ms", "ratio")
        for name, command, times in (
                ("curl", ["curl", "-sf", "--cacert", bench.file("ca.pem"), "-H", "@" + header, url],
                 20),
                ("az rest", ["az", "rest", "--url", url, "--skip-authorization-header", "--headers",
                             f"Authorization=Bearer {token}"], 3)):
            spent = processes(bench, command, times)
            if spent is None:
                print(f"{name:<34} skipped: not installed, or failed")
            else:
                table.add(name, spent, ours, spent / ours)
    finally:
        bench.close()


def failover(bench, forced):
    """A failover that is waited for; seconds from the change in Azure to the answer."""
    kind = "ForcedAllowDataLoss" if forced else "Planned"
    parameters = ["@link=sales-link", f"@failover_type={kind}"]
    if forced:
        parameters.append("@confirm=LOSE DATA ON sales-link")
    answer = bench.agent_call("xp_milink_link_failover", *parameters, "@wait_seconds=60",
                              "@timeout_seconds=90", timeout=120)
    known = time.time()
    if answer.returncode != 0:
        raise SystemExit(answer.stdout + answer.stderr)
    return known - bench.azure("/_sim/role-changed/sales-link") / 1000


def sdk_poll(bench, changed):
    """The polling of the Azure SDK for Python over the same failover; None where it is not installed."""
    sys.path.append("/usr/lib/python3/dist-packages")  # where Debian's python3-azure stands
    try:
        from azure.core import PipelineClient
        from azure.core.polling import LROPoller
        from azure.core.rest import HttpRequest
        from azure.mgmt.core.polling.arm_polling import ARMPolling
    except ImportError:
        return None
    client = PipelineClient(base_url=f"https://localhost:{bench.port}",
                            policies=[], connection_verify=bench.file("ca.pem"))
    headers = {"Authorization": f"Bearer {bench.token()}", "Content-Type": "application/json"}
    request = HttpRequest("POST", f"https://localhost:{bench.port}{LINK}/failover{API}",
                          headers=headers, json={"failoverType": changed})
    answer = client._pipeline.run(request)  # the generated operations do the same

    class WithToken(ARMPolling):
        def request_status(self, link):
            poll = HttpRequest("GET", link, headers=headers)
            return self._client._pipeline.run(poll)

    LROPoller(client, answer, lambda response: response, WithToken(timeout=30)).result()
    return time.time() - bench.azure("/_sim/role-changed/sales-link") / 1000


def part_notice(options):
    """Item 3 of quality.md: Azure says Retry-After: 15, and the role changes when it likes."""
    table = Table("notice", options.to, "seconds after the role changed", "median", "worst", "n",
                  "target")
    ours, sdk = [], []
    for round_number in range(options.rounds * 2):
        bench = started(timing={"failover_ms": random.randint(1000, 6000),
                                "retry_after_seconds": 15})
        try:
            bench.start_agent()
            ours.append(failover(bench, False))
            ours.append(failover(bench, True))
        finally:
            bench.close()
        if round_number < 2:
            bench = started(timing={"failover_ms": 4000, "retry_after_seconds": 15})
            try:
                spent = sdk_poll(bench, "Planned")
                if spent is not None:
                    sdk.append(spent)
            finally:
                bench.close()
    table.add("milink-agent call @wait_seconds", statistics.median(ours), max(ours), len(ours),
              "2")
    if sdk:
        table.add("Azure SDK for Python, its poller", statistics.median(sdk), max(sdk), len(sdk), "-")
    else:
        print("Azure SDK for Python              skipped: python3-azure is not installed")


def cpu_seconds(pid):
    with open(f"/proc/{pid}/stat", encoding="ascii") as source:
        fields = source.read().rsplit(") ", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def part_load(options):
    """Item 4: CPU while 25 operations are in flight, within ARM's budget of reads."""
    seconds = 20
    bench = started(links=25, timing={"failover_ms": 120000, "retry_after_seconds": 15})
    try:
        bench.start_agent(log={"file": bench.path("agent.log"), "level": "info"})
        before = cpu_seconds(bench.agent.pid)
        time.sleep(seconds)
        idle = cpu_seconds(bench.agent.pid) - before
        for n in range(1, 26):
            name = "sales-link" if n == 1 else f"sales-link-{n}"
            answer = bench.agent_call("xp_milink_link_failover", f"@link={name}",
                                      "@failover_type=Planned")
            if answer.returncode != 0:
                raise SystemExit(answer.stdout + answer.stderr)
        bench.azure("/_sim/reset-log", {})
        before = cpu_seconds(bench.agent.pid)
        time.sleep(seconds)
        busy = cpu_seconds(bench.agent.pid) - before
        requests = len(bench.requests())
    finally:
        bench.close()
    table = Table("load", options.to, "the agent", "% of a CPU", "requests/s", "limit")
    table.add("idle", 100 * idle / seconds, 0.0, "-")
    table.add("25 failovers in flight", 100 * busy / seconds, requests / seconds, "25/s")


def fill_journal(path, rows):
    """Copies of the journal's one operation, ended, each with ids of its own."""
    with contextlib.closing(sqlite3.connect(path)) as journal, journal:
        names = [column[1] for column in journal.execute("PRAGMA table_info(operation)")]
        row = list(journal.execute("SELECT * FROM operation LIMIT 1").fetchone())
        started_at = row[names.index("started_ms")]
        for n in range(rows - 1):
            row[names.index("id")] = str(uuid.uuid4())
            row[names.index("request_id")] = str(uuid.uuid4())
            row[names.index("started_ms")] = started_at - 1000 * (n + 1)
            journal.execute(f"INSERT INTO operation VALUES ({','.join('?' * len(row))})", row)


def grow_journal(options):
    table = Table("journal", options.to, "journalled operations", "start ms", "get p50 us",
                  "list p50 us", "write p50 ms")
    for rows in (1, 100, 10000):
        bench = started(timing={"license_ms": 0})
        try:
            bench.start_agent()
            answer = bench.agent_call("--json", "xp_milink_license_set",
                                      "@license_type=BasePrice", "@wait_seconds=30")
            identifier = json.loads(answer.stdout.splitlines()[0])["operation_id"]
            bench.agent.terminate()
            bench.agent.wait()
            fill_journal(bench.file("state/journal.db"), rows)
            began = time.monotonic()
            bench.start_agent(log={"file": bench.path("agent.log"), "level": "info"})
            start = (time.monotonic() - began) * 1000
            get = bench.measure(2000, "operation_get", f"@operation_id={identifier}")["p50"]
            since = "@since=" + time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
            listed = bench.measure(2000, "operation_list", since)["p50"]
            writes = []
            for _ in range(10):
                began = time.monotonic()
                bench.agent_call("xp_milink_license_set", "@license_type=BasePrice",
                                 "@wait_seconds=30")
                writes.append((time.monotonic() - began) * 1000)
            table.add(rows, start, get, listed, statistics.median(writes))
        finally:
            bench.close()


def grow_links(options):
    table = Table("links", options.to, "links of the instance", "list p50 us", "us a link")
    for links in (1, 10, 100):
        bench = started(links=links)
        try:
            bench.start_agent(log={"file": bench.path("agent.log"), "level": "info"})
            bench.measure(2, "link_list")
            spent = bench.measure(60, "link_list")["p50"]
            table.add(links, spent, spent / links)
        finally:
            bench.close()


def grow_callers(options):
    table = Table("callers", options.to, "callers at once", "p50 us", "p99 us", "calls/s",
                  "refused busy")
    bench = started()
    try:
        bench.start_agent(log={"file": bench.path("agent.log"), "level": "error"})
        for callers in (1, 10, 100, 1000):
            spent = bench.measure(20000, "version", callers=callers)
            table.add(callers, spent["p50"], spent["p99"], spent["rate"], int(spent["failures"]))
    finally:
        bench.close()


def part_growth(options):
    """Item 5."""
    grow_journal(options)
    grow_links(options)
    grow_callers(options)


PARTS = {"read": part_read, "notice": part_notice, "load": part_load, "growth": part_growth}


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="*", choices=[[], *PARTS], metavar="PART",
                        help="read, notice, load, growth; without: all")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--csv", help="appended to")
    options = parser.parse_args()
    rig.OPTIONS = argparse.Namespace(
        agent=os.path.join(RELEASE, "agent", "milink-agent"),
        odshost=os.path.join(RELEASE, "tests", "doubles", "odshost", "odshost"),
        armsim=os.path.join(RELEASE, "tests", "doubles", "armsim", "armsim"),
        make_cert=os.path.join(ROOT, "tests", "doubles", "armsim", "make-cert"), windows=False)
    options.to = open(options.csv, "a", encoding="utf-8", newline="") if options.csv else None
    for part in options.parts or PARTS:
        PARTS[part](options)


if __name__ == "__main__":
    main()
