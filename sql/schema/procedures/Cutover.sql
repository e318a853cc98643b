-- SPDX-License-Identifier: MIT
CREATE OR ALTER PROCEDURE milink.Cutover
/*
One way from SQL Server to the Managed Instance, without data loss: the link is deleted, the instance's database serves.

SQL Server 2016 to 2019 have no other way; later versions by choice, to migrate. There is no way back but a new link, replication, a
backup or a bacpac. It checks, keeps the applications off, switches to synchronous commit, waits until both sides have hardened the same
log and it stands still, deletes the link, drops the distributed group here and takes the old databases offline, since both copies are
writable then. Everything before the deletion is taken back when something fails or the time is over, the commit mode too.

Returns 0: done. 1: done, and something is still owed (the report says what). Otherwise it throws.
Rows: those of milink.Report.

Examples
  EXEC milink.Cutover @Link = N'sales-link', @Fence = N'app_web', @Execute = 'N';               -- what would be done
  EXEC milink.Cutover @Link = N'sales-link', @Confirm = N'ONE WAY sales-link', @Fence = N'app_web', @Reason = N'CHG-1234';
  EXEC milink.Cutover @Link = N'sales-link', @Confirm = N'ONE WAY sales-link', @CleanUp = 'DROP_DAG', @Fence = N'None';
*/
    @Link nvarchar(128) = NULL,           -- the link; may be left out when there is one
    @Confirm nvarchar(160) = NULL,        -- ONE WAY and the link's name; not needed with @Execute = 'N'
    @CleanUp varchar(20) = 'DROP_ALL',    -- DROP_ALL: both groups here; DROP_DAG: the distributed one; KEEP_BOTH: neither
    @OldDatabase varchar(20) = NULL,      -- Offline: the old databases are taken offline (needs DROP_ALL); LoginsOnly; NULL: Offline where it can be
    @ExpectedPrimary varchar(10) = NULL,  -- SqlServer: refuse unless it is primary, which a cutover needs anyway
    @Fence nvarchar(4000) = NULL,         -- logins to be disabled: app_web, [CONTOSO\svc]; None: you have stopped the applications; NULL: the setting
    @TimeoutSeconds int = NULL,           -- 30 to 3600, for all before the point of no return; NULL: the setting
    @StableSamples int = NULL,            -- 2 to 60 equal LSNs in a row; NULL: the setting
    @Reason nvarchar(400) = NULL,         -- why, for the record
    @ChangeRef nvarchar(64) = NULL,       -- the change or ticket, for the record
    @Instance nvarchar(64) = NULL,        -- the agent's alias of the Managed Instance; NULL: the setting, else the only one
    @Execute char(1) = 'Y',               -- N: print every statement and request, with real reads; change nothing
    @RunId int = NULL OUTPUT,             -- the run, for milink.Report, Resume and Abort
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
    EXEC milink.Help N'Cutover';
    RETURN 0;
END;
DECLARE @Problems nvarchar(max) = N'', @Role nvarchar(60), @Group nvarchar(128), @Other nvarchar(128), @Value nvarchar(4000), @Detail nvarchar(1600);
SET @RunId = NULL;
EXEC milink.RefuseInTransaction N'Cutover';
EXEC milink.FindLink @Link OUTPUT, @Instance OUTPUT;
SELECT @Role = Role, @Group = LocalGroup FROM milink.LocalLink WHERE Link = @Link;
SELECT
    @Fence = COALESCE(NULLIF(@Fence, N''), milink.SettingOf(@Link, N'Fence')),
    @TimeoutSeconds = COALESCE(@TimeoutSeconds, CONVERT(int, milink.SettingOf(@Link, N'TimeoutSeconds'))),
    @StableSamples = COALESCE(@StableSamples, CONVERT(int, milink.SettingOf(@Link, N'StableSamples'))),
    @OldDatabase = COALESCE(@OldDatabase, CASE @CleanUp WHEN 'DROP_ALL' THEN 'Offline' ELSE 'LoginsOnly' END);
EXEC milink.CheckChoice N'@CleanUp', @CleanUp, N'DROP_ALL|DROP_DAG|KEEP_BOTH', 0, @Problems OUTPUT;
EXEC milink.CheckChoice N'@OldDatabase', @OldDatabase, N'Offline|LoginsOnly', 0, @Problems OUTPUT;
EXEC milink.CheckChoice N'@ExpectedPrimary', @ExpectedPrimary, N'SqlServer', 1, @Problems OUTPUT;
EXEC milink.CheckChoice N'@Execute', @Execute, N'Y|N', 0, @Problems OUTPUT;
EXEC milink.CheckNumber N'@TimeoutSeconds', @TimeoutSeconds, 30, 3600, @Problems OUTPUT;
EXEC milink.CheckNumber N'@StableSamples', @StableSamples, 2, 60, @Problems OUTPUT;
EXEC milink.CheckFence @Fence, @Problems OUTPUT;
-- After the deletion a write here is lost, so whoever could come back must not.
IF @Fence = N'Sessions'
    SET @Problems += N'@Fence is ''Sessions'', which keeps nobody from coming back; a cutover takes logins to be disabled, or None when you have stopped the '
        + N'applications yourself.' + NCHAR(10);
IF @OldDatabase = 'Offline' AND @CleanUp <> 'DROP_ALL'
    SET @Problems += N'@OldDatabase is ''Offline'', which needs @CleanUp = ''DROP_ALL'': a database that a group holds cannot be taken offline.' + NCHAR(10);
SELECT TOP (1) @Other = Link FROM milink.LocalLink WHERE LocalGroup = @Group AND Link <> @Link ORDER BY Link;
IF @CleanUp = 'DROP_ALL' AND @Other IS NOT NULL
    SET @Problems += N'@CleanUp is ''DROP_ALL'', and the group ' + QUOTENAME(@Group) + N' carries the link ' + @Other
        + N' too; pass ''DROP_DAG''.' + NCHAR(10);
IF @Execute = 'Y' AND ISNULL(@Confirm, N'') <> N'ONE WAY ' + @Link
    SET @Problems += N'@Confirm is missing: there is no way back from it; pass @Confirm = ' + milink.Literal(N'ONE WAY ' + @Link) + N'.' + NCHAR(10);
EXEC milink.ThrowProblems N'Cutover', @Problems;
IF ISNULL(@Role, N'') <> N'PRIMARY'
BEGIN
    SET @Detail = N'a cutover goes from SQL Server to Azure, and SQL Server is ' + ISNULL(@Role, N'in no known role');
    EXEC milink.Throw 50706, @Link, @Detail;
END;
EXEC milink.RunBegin 'Cutover', @Instance, @Link, 'ToAzure', @TimeoutSeconds, @Execute, @Reason, @ChangeRef, @RunId OUTPUT;
EXEC milink.RunAsk @RunId, N'Fence', @Fence;
EXEC milink.RunAsk @RunId, N'CleanUp', @CleanUp;
EXEC milink.RunAsk @RunId, N'OldDatabase', @OldDatabase;
EXEC milink.RunAsk @RunId, N'LocalGroup', @Group;
EXEC milink.RunAsk @RunId, N'IgnoreAntiFlap', N'Y'; -- it does not come back: there is nothing to flap
SET @Value = CONVERT(nvarchar(11), @StableSamples);
EXEC milink.RunAsk @RunId, N'StableSamples', @Value;
SET @Value = milink.SettingOf(@Link, N'SampleSeconds');
EXEC milink.RunAsk @RunId, N'SampleSeconds', @Value;
IF @Debug = 1 EXEC milink.ShowRun @RunId;
EXEC milink.RunDrive @RunId;
RETURN CASE (SELECT State FROM milink.Run WHERE RunId = @RunId) WHEN 'Incomplete' THEN 1 ELSE 0 END;
GO
