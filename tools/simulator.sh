# shellcheck shell=bash
# SPDX-License-Identifier: MIT
# Functions (source it after tools/lib.sh): a simulated Azure in a folder, and an agent's configuration for it.

# simulator_start DIRECTORY SCENARIO [OPTION...]: runs the release build's simulator with that scenario. Sets
# simulator_pid; simulator_stop ends it. Its certificates, its port and what it says (azure.log; with --verbose a line a
# request) are in DIRECTORY.
simulator_start() {
    local directory=$1 scenario=$2
    shift 2
    tests/doubles/armsim/make-cert "$directory" >/dev/null 2>&1 || die "no certificates could be made in $directory"
    build/release/tests/doubles/armsim/armsim --scenario "$scenario" --cert "$directory/server.pem" \
        --key "$directory/server.key" --port-file "$directory/port" "$@" 2>"$directory/azure.log" &
    simulator_pid=$!
    until [ -s "$directory/port" ]; do
        kill -0 "$simulator_pid" 2>/dev/null || die "the simulator ended: $(cat "$directory/azure.log")"
        sleep 0.05
    done
}

simulator_stop() {
    [ -z "${simulator_pid:-}" ] || kill "$simulator_pid" 2>/dev/null || true
    simulator_pid=
}

# simulator_configure DIRECTORY SCENARIO [DRIVE]: writes DIRECTORY/agent.json and what it refers to, once the simulator
# runs: every instance of the scenario with all rights, its alias being its name without "sqlmi-". DRIVE is put before
# paths, for an agent under Wine.
simulator_configure() {
    mkdir -p "$1/state"
    (umask 077 && : >"$1/secret")
    python3 - "$@" <<'PYTHON'
import json
import sys

directory, scenario, drive = (sys.argv[1:] + [""])[:3]
with open(scenario, encoding="utf-8") as source:
    azure = json.load(source)
with open(f"{directory}/port", encoding="utf-8") as source:
    here = f"https://localhost:{source.read().strip()}"
with open(f"{directory}/secret", "w", encoding="utf-8") as to:
    to.write(azure.get("client_secret", "armsim~secret.value"))


def instance(known):
    return {"alias": known["name"].removeprefix("sqlmi-"),
            "subscription_id": known.get("subscription_id", "00000000-1111-2222-3333-444444444444"),
            "resource_group": known.get("resource_group", "rg-dr"), "managed_instance": known["name"],
            "rights": ["read", "license", "failover", "forced_failover", "lifecycle", "certificate", "database"]}


folder = drive + directory
with open(f"{directory}/agent.json", "w", encoding="utf-8") as to:
    json.dump({
        "cloud": "custom", "arm_endpoint": here, "authority": here, "audience": "https://management.azure.com",
        "identity": {"type": "client_secret",
                     "tenant_id": azure.get("tenant_id", "11111111-2222-3333-4444-555555555555"),
                     "client_id": azure.get("client_id", "99999999-8888-7777-6666-555555555555"),
                     "secret_file": f"{folder}/secret"},
        "tls": {"ca_file": f"{folder}/ca.pem"}, "state_directory": f"{folder}/state",
        "log": {"file": f"{folder}/agent.log"}, "instances": [instance(i) for i in azure["instances"]]}, to, indent=2)
PYTHON
}
