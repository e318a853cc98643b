-- SPDX-License-Identifier: MIT
-- Reads one link into the caller's #Status. What cannot be read is NULL, and VerdictText says why.
CREATE OR ALTER PROCEDURE milink.ReadStatus
    @Instance nvarchar(64),
    @Link nvarchar(128)
AS
SET NOCOUNT ON;
SET XACT_ABORT OFF;
DECLARE @Trouble nvarchar(1600), @Licence nvarchar(32), @Fqdn nvarchar(256), @Open nvarchar(400), @Now datetime2(3) = milink.UtcNow(), @Own datetime2(3), @Theirs datetime2(3),
    @CommitMode nvarchar(60);
SELECT * INTO #LinkNow FROM milink.LinkNowRow;
SELECT * INTO #XpLicenseGet FROM milink.XpLicenseGetRow;
SELECT * INTO #XpInstanceGet FROM milink.XpInstanceGetRow;
SELECT * INTO #XpOperation FROM milink.XpOperationRow;
BEGIN TRY
    EXEC milink.ReadLink @Instance, @Link;
    EXEC milink.XpLicenseGet @Instance = @Instance;
    EXEC milink.XpInstanceGet @Instance = @Instance;
    EXEC milink.XpOperationList @Instance = @Instance;
END TRY
BEGIN CATCH
    SET @Trouble = LEFT(ERROR_MESSAGE(), 1600);
END CATCH;
SELECT @Licence = verdict FROM #XpLicenseGet;
SELECT @Fqdn = fqdn FROM #XpInstanceGet;
SELECT TOP (1) @Open = N'operation ' + operation_id + N' (' + procedure_name + N', ' + state + N')'
FROM #XpOperation
WHERE state IN (N'Accepted', N'Running') AND link = @Link
ORDER BY started_at;
SELECT TOP (1) @Open = N'run ' + CONVERT(nvarchar(11), RunId) + N' (' + Kind + N' at ' + Phase + N', ' + State + N')' + ISNULL(N', ' + @Open, N'')
FROM milink.Run
WHERE Link = @Link AND State IN ('Running', 'Open')
ORDER BY RunId DESC;
SELECT @Own = CertificateExpiresAt FROM milink.LocalEndpoint;
SELECT @Theirs = ExpiresAt FROM milink.LocalCertificate WHERE CertificateName = @Fqdn;
SELECT @CommitMode = CASE WHEN LocalCommitMode = PartnerCommitMode THEN LocalCommitMode ELSE LocalCommitMode + N' / ' + PartnerCommitMode END
FROM milink.LocalLink
WHERE Link = @Link;
INSERT #Status (Link, DatabaseName, SqlServerRole, InstanceRole, SqlServerHealth, InstanceHealth, Connected, ReplicaState, LagSeconds, SendQueueKb, RedoQueueKb,
    SqlServerLsn, InstanceLsn, LsnEqual, SqlServerCommitAt, InstanceCommitAt, SeedingPercent, SeedingEndsAt, FailoverMode, CommitMode, Licence,
    SqlServerCertificateDays, InstanceCertificateDays, InstanceBackupAt, OpenNow, AsOf, Verdict, VerdictText)
SELECT @Link, n.DatabaseName, n.LocalRole, n.InstanceRole, n.LocalHealth, n.InstanceHealth, n.Connected, n.ReplicaState, n.LagSeconds, n.SendQueueKb, n.RedoQueueKb,
    n.LocalLsn, n.InstanceLsn, CASE WHEN n.LocalLsn = n.InstanceLsn THEN 1 WHEN n.LocalLsn <> n.InstanceLsn THEN 0 END, n.LocalCommitAt, n.InstanceCommitAt,
    n.SeedingPercent, (SELECT MAX(EstimatedEndAt) FROM milink.LocalSeeding AS s WHERE s.DatabaseName = n.DatabaseName), n.FailoverMode, @CommitMode, @Licence,
    DATEDIFF(DAY, @Now, @Own), DATEDIFF(DAY, @Now, @Theirs), n.BackupAt, @Open, @Now,
    CASE
        WHEN n.LocalRole = N'PRIMARY' AND n.InstanceRole = N'Primary' THEN N'SPLIT_BRAIN'
        WHEN @Trouble IS NOT NULL THEN N'NOT_KNOWN'
        WHEN n.ReplicaState LIKE N'%Error%' THEN N'BROKEN'
        WHEN n.ReplicaState = N'LinkFailoverInProgress' THEN N'FAILING_OVER'
        WHEN n.ReplicaState = N'CreatingLink' THEN N'SEEDING'
        WHEN n.IsSuspended = 1 THEN N'SUSPENDED'
        WHEN ISNULL(n.Connected, N'') <> N'CONNECTED' THEN N'DISCONNECTED'
        WHEN ISNULL(n.LocalHealth, N'') <> N'HEALTHY' OR ISNULL(n.InstanceHealth, N'') <> N'HEALTHY' THEN N'NOT_HEALTHY'
        WHEN n.LagSeconds > CONVERT(int, milink.SettingOf(@Link, N'LagBlockSeconds')) THEN N'LAGGING'
        WHEN @Licence <> N'OK' THEN N'LICENCE'
        ELSE N'OK' END,
    COALESCE(@Trouble, n.LinkError, N'')
FROM #LinkNow AS n;
GO
