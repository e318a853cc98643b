-- SPDX-License-Identifier: MIT
-- Reads both sides of a link, now, into the caller's #LinkNow (milink.LinkNowRow): SQL Server's views, and Azure through the agent.
-- An error of the agent or of Azure comes back as it is, with what SQL Server's side knows in #LinkNow.
CREATE OR ALTER PROCEDURE milink.ReadLink
    @Instance nvarchar(64),
    @Link nvarchar(128)
AS
SET NOCOUNT ON;
DELETE #LinkNow;
INSERT #LinkNow (DatabaseName, LocalRole, LocalHealth, Connected, SyncState, IsSuspended, LocalLsn, LocalCommitAt, LagSeconds,
    SendQueueKb, RedoQueueKb)
SELECT d.DatabaseName, l.Role, d.Health, l.PartnerConnected, d.SyncState, d.IsSuspended, d.HardenedLsn, d.CommitTime, d.LagSeconds,
    d.LogSendQueueKb, COALESCE(d.PartnerRedoQueueKb, d.RedoQueueKb)
FROM milink.LocalLink AS l
LEFT JOIN milink.LocalLinkDatabase AS d ON d.Link = l.Link
WHERE l.Link = @Link;
SELECT * INTO #XpLinkGet FROM milink.XpLinkGetRow;
EXEC milink.XpLinkGet @Instance = @Instance, @Link = @Link;
-- A link whose databases SQL Server does not show yet has one row here, without a name.
DELETE #LinkNow WHERE DatabaseName IS NULL AND EXISTS (SELECT 1 FROM #XpLinkGet);
INSERT #LinkNow (DatabaseName, LocalRole)
SELECT a.database_name, (SELECT Role FROM milink.LocalLink WHERE Link = @Link)
FROM #XpLinkGet AS a
WHERE NOT EXISTS (SELECT 1 FROM #LinkNow AS n WHERE n.DatabaseName = a.database_name);
UPDATE n
SET InstanceRole = a.instance_role, InstanceHealth = a.health, Connected = COALESCE(a.connected_state, n.Connected),
    InstanceLsn = a.last_hardened_lsn, InstanceCommitAt = a.last_commit_time,
    LagSeconds = COALESCE(n.LagSeconds, a.redo_lag_seconds, a.send_lag_seconds), ReplicaState = a.replica_state,
    FailoverMode = a.failover_mode, ReplicationMode = a.replication_mode, SeedingMode = a.seeding_mode,
    SeedingPercent = TRY_CONVERT(int, TRY_CONVERT(decimal(9, 2), REPLACE(a.seeding_progress, N'%', N''))),
    BackupAt = a.last_backup_time, CertificateName = a.certificate_name, CertificateExpiresAt = a.certificate_expires_at,
    LinkError = LEFT(a.most_recent_error, 2048)
FROM #LinkNow AS n
JOIN #XpLinkGet AS a ON a.database_name = n.DatabaseName;
GO
