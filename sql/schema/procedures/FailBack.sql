-- SPDX-License-Identifier: MIT
CREATE OR ALTER PROCEDURE milink.FailBack
/*
Planned failover of a link back to where the last run came from, without data loss: milink.Switchover that knows where to.

The last run of the link that changed its roles says where it came from. When there was none, or it was a cutover,
or the link cannot come back online, it says so, and what else there is.

Returns 0: done. 1: the roles have changed and something is still owed (the report says what). Otherwise it throws.
Rows: those of milink.Report.

Examples
  EXEC milink.FailBack @Link = N'sales-link', @Execute = 'N';
  EXEC milink.FailBack @Link = N'sales-link', @Reason = N'CHG-1234 patching done';
*/
    @Link nvarchar(128) = NULL,           -- the link; may be left out when there is one
    @Fence nvarchar(4000) = NULL,         -- None, Sessions, or logins to be disabled: app_web, [CONTOSO\svc]; NULL: the setting
    @TimeoutSeconds int = NULL,           -- 30 to 3600, for all before the point of no return; NULL: the setting
    @StableSamples int = NULL,            -- 2 to 60 equal LSNs in a row; NULL: the setting
    @IgnoreAntiFlap char(1) = 'N',        -- Y: also when the roles changed a short while ago
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
    EXEC milink.Help N'FailBack';
    RETURN 0;
END;
DECLARE @rc int, @Kind varchar(20), @From varchar(11), @Wanted varchar(10), @Detail nvarchar(1600), @Name nvarchar(128) = @Link;
SELECT TOP (1) @Kind = Kind, @From = Direction
FROM milink.Run
WHERE Link = @Name AND State IN ('Succeeded', 'Incomplete', 'Closed') AND PastNoReturn = 1
ORDER BY RunId DESC;
IF @Kind = 'Cutover'
BEGIN
    SET @Detail = N'its last run was a cutover, which deleted the link. What is left: a COPY_ONLY backup on the instance restored here, '
        + N'transactional replication, or a bacpac';
    EXEC milink.Throw 50726, @Name, @Detail;
END;
EXEC milink.RefuseInTransaction N'FailBack';
EXEC milink.FindLink @Name OUTPUT;
IF @Kind IS NULL
    SELECT TOP (1) @From = Direction
    FROM milink.Run
    WHERE Link = @Name AND State IN ('Succeeded', 'Incomplete', 'Closed') AND PastNoReturn = 1
    ORDER BY RunId DESC;
IF @From IS NULL EXEC milink.Throw 50726, @Name, N'no run of this link is on record that changed its roles';
SET @Wanted = CASE @From WHEN 'ToAzure' THEN 'Azure' ELSE 'SqlServer' END; -- it is primary there now, if nobody else moved it
EXEC @rc = milink.SwitchPlanned 'FailBack', @Name, @Wanted, @Fence, @TimeoutSeconds, @StableSamples, @IgnoreAntiFlap, @Reason, @ChangeRef,
    @Instance, @Execute, @Debug, @RunId OUTPUT;
RETURN @rc;
GO
