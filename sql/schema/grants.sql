-- SPDX-License-Identifier: MIT
-- Who may call what. Each role has what the one before it has. Nobody is granted the xp_milink_* procedures, milink.ExecuteStatement or
-- anything else below the procedures: ownership chaining reaches them.
ALTER ROLE milink_reader ADD MEMBER milink_operator;
ALTER ROLE milink_operator ADD MEMBER milink_admin;
GO
GRANT EXECUTE ON milink.Help TO milink_reader;
GRANT EXECUTE ON milink.Status TO milink_reader;
GRANT EXECUTE ON milink.Validate TO milink_reader;
GRANT EXECUTE ON milink.History TO milink_reader;
GRANT EXECUTE ON milink.Report TO milink_reader;
GRANT SELECT ON milink.Run TO milink_reader;
GRANT SELECT ON milink.RunOption TO milink_reader;
GRANT SELECT ON milink.RunPhase TO milink_reader;
GRANT SELECT ON milink.RunStep TO milink_reader;
GRANT SELECT ON milink.LsnSample TO milink_reader;
GRANT SELECT ON milink.CheckResult TO milink_reader;
GRANT SELECT ON milink.LicenseDebt TO milink_reader;
GRANT SELECT ON milink.Hook TO milink_reader;
GRANT SELECT ON milink.Setting TO milink_reader;
GO
GRANT EXECUTE ON milink.Switchover TO milink_operator;
GRANT EXECUTE ON milink.FailBack TO milink_operator;
GRANT EXECUTE ON milink.Cutover TO milink_operator;
GRANT EXECUTE ON milink.License TO milink_operator;
GRANT EXECUTE ON milink.Resume TO milink_operator;
GRANT EXECUTE ON milink.Abort TO milink_operator;
GO
GRANT EXECUTE ON milink.ForceFailover TO milink_admin;
GRANT EXECUTE ON milink.Configure TO milink_admin;
GRANT EXECUTE ON milink.CleanUp TO milink_admin;
GRANT INSERT, UPDATE, DELETE ON milink.Hook TO milink_admin;
GO
