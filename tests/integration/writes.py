# SPDX-License-Identifier: MIT
"""The writes that the tests of faults and crashes disturb: how each is asked for, what it needs in Azure and what it
leaves there."""

import subprocess

from rig import link


class Write:
    """A write to be disturbed. call: with {0} where the name of its thing stands."""

    def __init__(self, name, kind, call, prepare, changed, post=False, whole=False):
        self.name, self.kind, self.call, self.post = name, kind, call, post
        self.whole = whole  # every fault at every step; else those that differ in kind, at the first of each
        self.prepare = prepare  # (instance of the scenario, name of the thing): puts the thing there
        self.changed = changed  # (instance of the state, name): it is as the call wants it

    def statement(self, name, alias, request_id):
        """The call without EXEC; it waits for the end."""
        more = [new_certificate(name)] if self.kind == "certificate.put" else []
        return f"{self.call.format(name, *more)}, @instance = N'{alias}', @request_id = N'{request_id}', " \
               "@wait_seconds = 60, @timeout_seconds = 90"


def find(things, name):
    return next((thing for thing in things or [] if thing["name"] == name), None)


def one_link(role, **more):
    return lambda instance, name: instance["links"].append(
        link(name, role, databases=[{"name": "db_" + name}], **more))


def role_is(role):
    return lambda instance, name: find(instance["links"], name)["instance_role"] == role


def link_is_there(instance, name):
    found = find(instance["links"], name)
    return found is not None and found["exists"]


def database(**more):
    return lambda instance, name: instance["databases"].append({"name": name, **more})


def nothing(instance, name):
    pass


def new_certificate(name):
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
               "-keyout", "/dev/null", "-subj", f"/CN={name}", "-days", "30", "-outform", "DER"]
    return subprocess.run(command, capture_output=True, check=True).stdout.hex()


WRITES = [
    Write("planned failover", "link.failover",
          "xp_milink_link_failover @link = N'{}', @failover_type = N'Planned'",
          one_link("Primary"), role_is("Secondary"), post=True, whole=True),
    Write("forced failover", "link.failover",
          "xp_milink_link_failover @link = N'{0}', @failover_type = N'ForcedAllowDataLoss', "
          "@confirm = N'LOSE DATA ON {0}'",
          one_link("Secondary"), role_is("Primary"), post=True),
    Write("one-way failover", "link.failover",
          "xp_milink_link_failover @link = N'{0}', @failover_type = N'ForcedAllowDataLoss', "
          "@confirm = N'LOSE DATA ON {0}'",
          one_link("Secondary", failover_mode="None"),
          lambda instance, name: not link_is_there(instance, name), post=True),
    Write("set role", "link.set_role",
          "xp_milink_link_set_role @link = N'{}', @role = N'Secondary', @change_type = N'Planned'",
          one_link("Primary"), role_is("Secondary"), post=True),
    Write("licence change", "instance.update",
          "xp_milink_license_set @hybrid_secondary_usage = N'Passive'",
          nothing, lambda instance, name: instance["hybrid_secondary_usage"] == "Passive", whole=True),
    Write("link create", "link.create",
          "xp_milink_link_create @link = N'{0}', @databases = N'db_{0}', @partner_ag = N'BOX_{0}', "
          "@instance_ag = N'MI_{0}', @partner_endpoint = N'TCP://sql01.example.net:5022'",
          nothing, link_is_there, whole=True),
    Write("link update", "link.update",
          "xp_milink_link_update @link = N'{}', @replication_mode = N'Sync'",
          one_link("Secondary"), lambda instance, name: find(instance["links"], name)["replication_mode"] == "Sync"),
    Write("link delete", "link.delete", "xp_milink_link_delete @link = N'{0}', @confirm = N'DELETE {0}'",
          one_link("Secondary"), lambda instance, name: not link_is_there(instance, name)),
    Write("certificate put", "certificate.put", "xp_milink_certificate_put @name = N'{0}', @public_key = 0x{1}",
          nothing, lambda instance, name: find(instance["certificates"], name) is not None),
    Write("database delete", "database.delete",
          "xp_milink_database_delete @database = N'{0}', @confirm = N'DELETE {0}'",
          database(), lambda instance, name: find(instance["databases"], name) is None),
    Write("restore complete", "database.restore_complete",
          "xp_milink_database_restore_complete @database = N'{}', @last_backup_name = N'log_9.trn'",
          database(status="Restoring"),
          lambda instance, name: find(instance["databases"], name)["status"] == "Online", post=True),
]


def times(milliseconds):
    """How long each of the writes takes in Azure."""
    names = ("failover_ms", "set_role_ms", "license_ms", "link_create_ms", "link_update_ms", "link_delete_ms",
             "certificate_ms", "database_ms")
    return {**{name: milliseconds for name in names}, "retry_after_seconds": 1}


def instance(write, alias, subscription, names):
    """An instance of the scenario for one write, with the things of these names."""
    made = {"name": alias, "subscription_id": subscription, "resource_group": "rg-dr", "links": [], "databases": [],
            "certificates": [{"name": "Cert_BOX", "days": 30}] if write.kind == "link.create" else []}
    for name in names:
        write.prepare(made, name)
    return made


def configured(alias, subscription):
    """The same in the agent's configuration."""
    return {"alias": alias, "subscription_id": subscription, "resource_group": "rg-dr", "managed_instance": alias,
            "rights": ["read", "license", "failover", "forced_failover", "lifecycle", "certificate", "database"]}


def state_of(rig_, writes_by_alias):
    """Azure's model by the names of its instances; a database that was deleted is not in it."""
    state = {found["name"]: found for found in rig_.azure("/_sim/state")["instances"]}
    for alias, write in writes_by_alias.items():
        if write.kind == "database.delete":
            rows = rig_.call("database_list", instance=alias).rows
            state[alias]["databases"] = [{"name": row["name"]} for row in rows]
    return state
