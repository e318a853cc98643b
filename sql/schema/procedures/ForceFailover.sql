-- SPDX-License-Identifier: MIT
CREATE OR ALTER PROCEDURE milink.ForceFailover
/*
Forced failover of a link, when one side is lost: data may be lost. It takes two calls.

The first call, without @Token, shows what would be lost, a row per database, and prints a token that is good for a few minutes. The second,
with that token and a reason, acts. Where the setting ForceApprover is Y, another login of milink_admin approves the token in between.
Refused while both sides are well: milink.Switchover loses nothing. What is left to do when the lost side comes back is noted in the report.

To SQL Server it takes 2022 CU13 or later. To Azure from 2016 to 2019 it deletes the link. When this host is what was lost, none of this can be called
here: sql/runbooks/forced.sql says what else there is.

Returns 0: shown, approved or done. 1: done, and something is still owed. Otherwise it throws.

Examples
  EXEC milink.ForceFailover @Link = N'sales-link';
  EXEC milink.ForceFailover @Link = N'sales-link', @Approve = 'K7M2QX9T';                              -- the second person
  EXEC milink.ForceFailover @Link = N'sales-link', @Token = 'K7M2QX9T', @Reason = N'INC-77 region lost';
*/
    @Link nvarchar(128) = NULL,           -- the link; may be left out when there is one
    @Token char(8) = NULL,                -- the token that the first call printed; NULL: show, and print one
    @Approve char(8) = NULL,              -- a token of somebody else's, approved by you
    @Direction varchar(11) = NULL,        -- ToAzure or ToSqlServer; NULL: to the side that is secondary now
    @EvenIfHealthy char(1) = 'N',         -- Y: also when a planned failover would do
    @Reason nvarchar(400) = NULL,         -- why, for the record; required to act
    @ChangeRef nvarchar(64) = NULL,       -- the change or ticket, for the record
    @Instance nvarchar(64) = NULL,        -- the agent's alias of the Managed Instance; NULL: the setting, else the only one
    @Execute char(1) = 'Y',               -- N: with a token, print what would be done; the token stays good
    @RunId int = NULL OUTPUT,             -- the run, for milink.Report and Resume
    @Help bit = 0,
    @Debug bit = 0,                       -- 1: print what was decided from
    @Version nvarchar(32) = NULL OUTPUT,
    @VersionCheckMode bit = 0
AS
SET NOCOUNT ON;
SET XACT_ABORT ON;
SET @Version = milink.Version();
IF @VersionCheckMode = 1 RETURN 0;
IF @Help = 1
BEGIN
    EXEC milink.Help N'ForceFailover';
    RETURN 0;
END;
DECLARE @Problems nvarchar(max) = N'', @Role nvarchar(60), @Major int, @Build int, @IsHealthy bit, @Trouble nvarchar(1600), @Detail nvarchar(1600),
    @InstanceRole nvarchar(60), @Options nvarchar(400), @ByDeletion char(1), @Asked varchar(11) = @Direction;
SET @RunId = NULL;
EXEC milink.RefuseInTransaction N'ForceFailover';
EXEC milink.FindLink @Link OUTPUT, @Instance OUTPUT;
EXEC milink.CheckChoice N'@Direction', @Direction, N'ToAzure|ToSqlServer', 1, @Problems OUTPUT;
EXEC milink.CheckChoice N'@EvenIfHealthy', @EvenIfHealthy, N'Y|N', 0, @Problems OUTPUT;
EXEC milink.CheckChoice N'@Execute', @Execute, N'Y|N', 0, @Problems OUTPUT;
IF @Token IS NOT NULL AND NULLIF(@Reason, N'') IS NULL SET @Problems += N'@Reason is missing: a forced failover is recorded with why.' + NCHAR(10);
EXEC milink.ThrowProblems N'ForceFailover', @Problems;
IF @Approve IS NOT NULL
BEGIN
    EXEC milink.ApproveToken @Approve, @Link;
    RETURN 0;
END;
SELECT @Role = Role FROM milink.LocalLink WHERE Link = @Link;
SELECT @Major = MajorVersion, @Build = Build FROM milink.LocalServer;
SET @Direction = COALESCE(@Direction, CASE @Role WHEN N'PRIMARY' THEN 'ToAzure' WHEN N'SECONDARY' THEN 'ToSqlServer' END);
IF @Direction IS NULL EXEC milink.Throw 50701, N'ForceFailover', N'@Direction is NULL, and SQL Server''s role is not known: say ToAzure or ToSqlServer.';
IF @Direction = 'ToSqlServer' AND (@Major < 16 OR @Major = 16 AND @Build < 4125)
    EXEC milink.Throw 50722, @Link, N'a forced failover to SQL Server takes 2022 CU13 or later; restore a backup instead';
SELECT * INTO #Loss FROM milink.LossRow;
EXEC milink.ReadLoss @Instance, @Link, @Direction, @IsHealthy OUTPUT, @InstanceRole OUTPUT, @Trouble OUTPUT;
IF @Trouble IS NOT NULL EXEC milink.Say @Trouble;
IF @Role = N'PRIMARY' AND @InstanceRole = N'Primary' EXEC milink.Throw 50725, @Link;
IF @Direction = 'ToSqlServer' AND @Role = N'PRIMARY' EXEC milink.Throw 50706, @Link, N'SQL Server is primary already';
IF @Direction = 'ToAzure' AND @InstanceRole = N'Primary' EXEC milink.Throw 50706, @Link, N'the instance is primary already';
IF @Asked IS NULL AND @Role = N'SECONDARY' AND @InstanceRole = N'Secondary'
    EXEC milink.Throw 50701, N'ForceFailover', N'@Direction is NULL, and neither side is primary: say ToAzure or ToSqlServer.';
IF @IsHealthy = 1 AND @EvenIfHealthy = 'N' EXEC milink.Throw 50730, @Link;
SET @ByDeletion = CASE WHEN @Direction = 'ToAzure' AND @Major < 16 THEN 'Y' ELSE 'N' END;
IF @Token IS NULL
BEGIN
    IF @ByDeletion = 'Y'
        EXEC milink.Say N'THE LINK IS DELETED for it, since this SQL Server is older than 2022: both copies become writable, and there is no way back.';
    SET @Options = CASE WHEN @Instance <> N'' THEN N', @Instance = ' + milink.Literal(@Instance) ELSE N'' END
        + CASE @EvenIfHealthy WHEN 'Y' THEN N', @EvenIfHealthy = ''Y''' ELSE N'' END;
    EXEC milink.IssueToken @Link, @Direction, @Options, @Token OUTPUT;
    SELECT @Link AS Link, @Direction AS Direction, DatabaseName, SecondsLost, UnsentKb, Verdict, OldPrimaryLsn, NewPrimaryLsn, OldPrimaryCommitAt,
        NewPrimaryCommitAt
    FROM #Loss
    ORDER BY DatabaseName;
    RETURN 0;
END;
EXEC milink.CheckToken @Token, @Link, @Direction;
EXEC milink.RunBegin 'ForceFailover', @Instance, @Link, @Direction, 3600, @Execute, @Reason, @ChangeRef, @RunId OUTPUT;
IF @Execute = 'Y'
BEGIN
    -- Spent by one run alone, also when two sessions come at once.
    UPDATE milink.ForceToken SET RunId = @RunId WHERE Token = @Token AND RunId IS NULL;
    IF @@ROWCOUNT = 0
    BEGIN
        EXEC milink.RunFail @RunId, 50723, N'milink: the token was spent meanwhile';
        RETURN 50723;
    END;
END;
EXEC milink.RunAsk @RunId, N'ByDeletion', @ByDeletion;
-- What each side had, as it is read now.
INSERT milink.LsnSample (RunId, SampledAt, DatabaseName, SqlServerLsn, InstanceLsn)
SELECT @RunId, milink.UtcNow(), DatabaseName, CASE @Direction WHEN 'ToAzure' THEN OldPrimaryLsn ELSE NewPrimaryLsn END,
    CASE @Direction WHEN 'ToAzure' THEN NewPrimaryLsn ELSE OldPrimaryLsn END
FROM #Loss
WHERE DatabaseName IS NOT NULL;
IF @Debug = 1 EXEC milink.ShowRun @RunId;
SELECT @Detail = LEFT(N'lost: ' + Loss, 1600) FROM milink.ForceToken WHERE Token = @Token;
EXEC milink.Note @RunId, @Detail;
EXEC milink.RunDrive @RunId;
RETURN CASE (SELECT State FROM milink.Run WHERE RunId = @RunId) WHEN 'Incomplete' THEN 1 ELSE 0 END;
GO
