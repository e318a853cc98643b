#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What is refused: one clear error that names the parameter or resource, the cause and the next action; nothing is sent."""

import rig
from rig import RigCase, link, scenario

SECOND = {"alias": "dr2", "subscription_id": rig.SUBSCRIPTION, "resource_group": "rg-dr",
          "managed_instance": "sqlmi-other", "rights": ["read"]}
FIRST = dict(SECOND, alias="dr", managed_instance="sqlmi-dr", rights=["read", "failover"])


class Parameters(RigCase):
    def refused(self, call, number, *texts):
        self.assertRefused(self.rig.execute(f"EXEC xp_milink_{call};"), number, *texts)

    def test_names(self):
        self.refused("link_get @lnk = N'x'", 50552, "@lnk", "takes no parameter", "xp_milink_help")
        self.refused("link_get", 50553, "@link")
        self.refused("link_get @link = NULL", 50553, "@link")
        self.refused("link_get @link = N''", 50553, "@link")
        self.refused("link_get @link = N'a', @LINK = N'b'", 50517, "(?i)@link", "twice")
        self.refused("link_get N'dr', N'sales-link', 1", 50555, "takes 2 by position")

    def test_types_and_limits(self):
        self.refused("link_get @link = 1", 50510, "@link", r"nvarchar\(128\)", "int")
        self.refused("version @quiet = N'1'", 50510, "@quiet", "bit", "text")
        self.refused("version @timeout_seconds = 0", 50554, "@timeout_seconds", "1 to 300")
        self.refused("version @timeout_seconds = 301", 50554, "301", "1 to 300")
        self.refused(f"link_get @link = N'{'x' * 129}'", 50511, "@link", "129 characters", "128")
        self.refused("version @caller = 1.5", 50510, "@caller")
        self.refused(f"link_get @link = N'{'x' * 4001}'", 50511, "@link", "4000")

    def test_values(self):
        self.refused("link_failover @link = N'sales-link', @failover_type = N'PlannedFailover'",
                     50554, "'PlannedFailover'", "Planned, ForcedAllowDataLoss")
        self.refused("link_get @link = N'no spaces allowed'", 50554, "@link", "letters, digits")
        self.refused("operation_get @operation_id = N'12'", 50554, "@operation_id", "GUID")
        self.refused("operation_list @since = N'yesterday'", 50554, "@since", "2026-11-24T18:50:00Z")
        self.refused("license_set", 50553, "@license_type, @hybrid_secondary_usage")
        self.refused("help @procedure = N'xp_cmdshell'", 50554, "name of a procedure")

    def test_nothing_reached_azure(self):
        self.test_values()
        self.assertEqual(self.rig.requests(), [])

    def test_quiet_leaves_only_the_outputs(self):
        answer = self.rig.execute("""
            DECLARE @number int, @code nvarchar(128), @text nvarchar(2048);
            EXEC xp_milink_link_get @link = N'gone-link', @quiet = 1, @error_number = @number OUTPUT,
                @error_code = @code OUTPUT, @error_message = @text OUTPUT;""")
        self.assertEqual((answer.rc, answer.messages), (50601, []))
        self.assertEqual((answer.outputs["@error_number"], answer.outputs["@error_code"]),
                         (50601, "ResourceNotFound"))
        self.assertIn("link gone-link of dr", answer.outputs["@error_message"])

    def test_a_forgotten_output_is_said(self):
        answer = self.rig.execute("""
            DECLARE @op nvarchar(36) = N'x';
            EXEC xp_milink_link_failover @link = N'sales-link', @failover_type = N'Planned',
                @what_if = 1, @operation_id = @op;""")
        self.assertDone(answer)
        self.assertTrue(any("OUTPUT" in m["text"] for m in answer.messages), answer.messages)


class Failover(RigCase):
    azure = scenario(link(role="Secondary"),
                     link("sick-link", replica_state="LinkSynchronizing",
                          connected_state="DISCONNECTED", synchronization_health="NOT_HEALTHY"))

    def test_planned_with_the_instance_secondary_shows_the_tsql(self):
        answer = self.rig.call("link_failover", link="sales-link", failover_type="Planned")
        self.assertRefused(answer, 50605, "dr is Secondary",
                           r"ALTER AVAILABILITY GROUP \[sales-link\] FAILOVER")
        self.assertEqual(self.rig.requests("link.failover"), [])

    def test_planned_on_a_sick_link(self):
        answer = self.rig.call("link_failover", link="sick-link", failover_type="Planned")
        self.assertRefused(answer, 50575, "DISCONNECTED", "NOT_HEALTHY")
        self.assertEqual(self.rig.requests("link.failover"), [])

    def test_forced_needs_the_phrase(self):
        for confirm in ({}, {"confirm": "LOSE DATA ON other-link"}, {"confirm": "yes"}):
            answer = self.rig.call("link_failover", link="sales-link",
                                   failover_type="ForcedAllowDataLoss", **confirm)
            self.assertRefused(answer, 50559, "LOSE DATA ON sales-link")
        self.assertEqual(self.rig.requests("link.failover"), [])

    def test_an_unexpected_role(self):
        answer = self.rig.call("link_failover", link="sales-link", failover_type="Planned",
                               expected_role="Primary")
        self.assertRefused(answer, 50568, "dr is Secondary, expected Primary")

    def test_set_role_primary_planned(self):
        answer = self.rig.call("link_set_role", link="sales-link", role="Primary",
                               change_type="Planned")
        self.assertRefused(answer, 50605, "FAILOVER")
        self.assertEqual(self.rig.requests("link.set_role"), [])

    def test_an_absent_link(self):
        answer = self.rig.call("link_failover", link="no-link", failover_type="Planned")
        self.assertRefused(answer, 50601, "link no-link of dr")


class Rights(RigCase):
    configuration = {"instances": [FIRST, SECOND]}

    def test_the_instance_must_be_named_and_known(self):
        self.assertRefused(self.rig.call("link_list"), 50557, "@instance")
        self.assertRefused(self.rig.call("link_list", instance="prod"), 50556, "prod",
                           "xp_milink_instance_list")
        self.assertDone(self.rig.call("link_list", instance="DR"))

    def test_what_is_not_granted_does_not_reach_azure(self):
        answer = self.rig.call("license_set", instance="dr", license_type="BasePrice")
        self.assertRefused(answer, 50558, "license", "granted: read, failover")
        answer = self.rig.call("link_failover", instance="dr", link="sales-link",
                               failover_type="ForcedAllowDataLoss",
                               confirm="LOSE DATA ON sales-link")
        self.assertRefused(answer, 50558, "forced_failover")
        self.assertEqual(self.rig.requests(), [])

    def test_an_instance_that_azure_does_not_know(self):
        self.assertRefused(self.rig.call("license_get", instance="dr2"), 50601, "instance dr2")


class Identity(RigCase):
    azure = scenario(link(), secret_rejected=True)

    def test_a_refused_secret_is_named_and_never_shown(self):
        answer = self.rig.call("link_list")
        self.assertRefused(answer, 50565, "AADSTS7000215")
        posts = len(self.rig.requests("token"))
        self.assertRefused(self.rig.call("link_list"), 50565)
        self.assertEqual(len(self.rig.requests("token")), posts, "a refusal is remembered")
        for name in ("agent.log", "agent.out"):
            self.assertNotIn(rig.SECRET, self.rig.text(name))


class Configuration(RigCase):
    azure = None

    def refuse(self, *texts, **changes):
        self.rig.port = 1
        self.rig.write_configuration(**changes)
        agent = self.rig.spawn(self.rig.command(rig.OPTIONS.agent, "run", "--config",
                                                self.rig.path("agent.json")),
                               self.rig.folder + "/agent.out")
        self.assertEqual(agent.wait(60), 1)
        for text in texts:
            self.assertIn(text, self.rig.text("agent.out"))

    def test_unknown_keys_are_named(self):
        self.refuse("instances[0].rigths", instances=[dict(FIRST, rigths=["read"])])

    def test_a_secret_in_the_file_is_refused(self):
        self.refuse("secret", identity={"type": "client_secret", "tenant_id": rig.TENANT,
                                        "client_id": rig.CLIENT, "client_secret": "x"})


if __name__ == "__main__":
    rig.main()
