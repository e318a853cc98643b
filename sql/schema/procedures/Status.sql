-- SPDX-License-Identifier: MIT
CREATE OR ALTER PROCEDURE milink.Status
/*
How each link is, both sides beside each other: a row per link and database, with one verdict.

Verdict, the worst that is true: SPLIT_BRAIN both sides are primary; NOT_KNOWN the agent or Azure did not answer, and what SQL Server knows is in
the row; BROKEN Azure reports an error; FAILING_OVER; SEEDING; SUSPENDED; DISCONNECTED; NOT_HEALTHY; LAGGING above the setting
LagBlockSeconds; LICENCE the licence does not fit the role; OK. Whether a failover can be done now is milink.Validate's to say.

Returns 0: every row is OK. 1: one is not.

Examples
  EXEC milink.Status;
  EXEC milink.Status @Link = N'sales-link';
*/
    @Link nvarchar(128) = NULL,           -- one link; NULL: all
    @Instance nvarchar(64) = NULL,        -- the agent's alias of the Managed Instance; NULL: the setting, else the only one
    @Help bit = 0,
    @Debug bit = 0,                       -- 1: print what was read
    @Version nvarchar(32) = NULL OUTPUT,
    @VersionCheckMode bit = 0
AS
SET NOCOUNT ON;
SET XACT_ABORT ON;
SET @Version = milink.Version();
IF @VersionCheckMode = 1 RETURN 0;
IF @Help = 1
BEGIN
    EXEC milink.Help N'Status';
    RETURN 0;
END;
DECLARE @Name nvarchar(128) = N'', @Alias nvarchar(64), @Line nvarchar(400);
SELECT * INTO #Status FROM milink.StatusRow;
IF NULLIF(@Link, N'') IS NOT NULL EXEC milink.FindLink @Link OUTPUT;
WHILE 1 = 1
BEGIN
    SELECT TOP (1) @Name = Link FROM milink.LocalLink WHERE Link > @Name AND (Link = @Link OR NULLIF(@Link, N'') IS NULL) ORDER BY Link;
    IF @@ROWCOUNT = 0 BREAK;
    SET @Alias = COALESCE(NULLIF(@Instance, N''), NULLIF(milink.SettingOf(@Name, N'Instance'), N''));
    IF @Debug = 1
    BEGIN
        SET @Line = N'reading ' + @Name + N' from instance ' + ISNULL(@Alias, N'(the only one)');
        EXEC milink.Say @Line;
    END;
    EXEC milink.ReadStatus @Alias, @Name;
END;
SELECT Link, DatabaseName, Verdict, VerdictText, SqlServerRole, InstanceRole, SqlServerHealth, InstanceHealth, Connected, ReplicaState, LagSeconds, SendQueueKb,
    RedoQueueKb, SqlServerLsn, InstanceLsn, LsnEqual, SqlServerCommitAt, InstanceCommitAt, SeedingPercent, SeedingEndsAt, FailoverMode, CommitMode, Licence,
    SqlServerCertificateDays, InstanceCertificateDays, InstanceBackupAt, OpenNow, AsOf
FROM #Status
ORDER BY Link, DatabaseName;
IF EXISTS (SELECT 1 FROM #Status WHERE Verdict <> N'OK') RETURN 1;
RETURN 0;
GO
