-- SPDX-License-Identifier: MIT
CREATE OR ALTER PROCEDURE milink.XpLinkGet
    @Instance nvarchar(64) = NULL,
    @Link nvarchar(128),
    @TimeoutSeconds int = NULL
AS
SET NOCOUNT ON;
EXEC milinktest.Call N'XpLinkGet', @Link;
IF NOT EXISTS (SELECT 1 FROM milinktest.Link WHERE Link = @Link AND IsAzure = 1)
    THROW 50601, N'Azure knows no such resource: the link', 1;
INSERT #XpLinkGet (link, database_name, instance_role, partner_role, replication_mode, failover_mode, seeding_mode, link_mode, replica_state, health,
    connected_state, last_sent_lsn, last_hardened_lsn, last_hardened_time, last_commit_time, last_backup_time, send_lag_seconds, redo_lag_seconds,
    partner_ag, instance_ag, certificate_name, certificate_expires_at)
SELECT l.Link, d.DatabaseName, milinktest.AzureRole(l.Link), CASE milinktest.AzureRole(l.Link) WHEN N'Primary' THEN N'Secondary' ELSE N'Primary' END,
    CASE l.PartnerCommitMode WHEN N'SYNCHRONOUS_COMMIT' THEN N'Sync' ELSE N'Async' END, l.FailoverMode, N'Automatic', N'SingleDatabase', l.ReplicaState,
    l.InstanceHealth, l.Connected, d.LocalLsn, d.InstanceLsn, milink.UtcNow(), milinktest.CommitAt(d.InstanceLsn, d.LocalLsn, d.Load), DATEADD(HOUR, -1, milink.UtcNow()), 0, 0,
    l.LocalGroup, l.PartnerGroup, N'Cert_BOX_endpoint', DATEADD(DAY, 200, milink.UtcNow())
FROM milinktest.Link AS l
JOIN milinktest.LinkDatabase AS d ON d.Link = l.Link
WHERE l.Link = @Link;
EXEC milinktest.Meet N'XpLinkGet', 1;
GO
