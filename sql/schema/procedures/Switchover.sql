-- SPDX-License-Identifier: MIT
CREATE OR ALTER PROCEDURE milink.Switchover
/*
Planned failover of a link without data loss, in either direction, the link kept.

From SQL Server to Azure needs SQL Server 2022 CU13 or later; from Azure to SQL Server also the matching update policy
of the instance. Earlier versions leave one way: milink.Cutover.

It checks, keeps the applications off the databases, waits until both sides have hardened the same log, fails over, verifies
both sides, lets the licence follow, and reports. Everything before the point of no return is taken back when something
fails or the time is over; after it the run goes forward only, and another session can go on with milink.Resume.

Returns 0: done. 1: the roles have changed and something is still owed (the report says what). Otherwise it throws.
Rows: those of milink.Report.

Examples
  EXEC milink.Switchover @Link = N'sales-link', @ExpectedPrimary = 'SqlServer', @Execute = 'N';   -- what would be done
  EXEC milink.Switchover @Link = N'sales-link', @ExpectedPrimary = 'SqlServer', @Reason = N'CHG-1234 patching';
  EXEC milink.Switchover @Link = N'sales-link', @Fence = N'app_web, [CONTOSO\svc-batch]', @TimeoutSeconds = 600;
*/
    @Link nvarchar(128) = NULL,           -- the link; may be left out when there is one
    @ExpectedPrimary varchar(10) = NULL,  -- SqlServer or Azure: refuse when the other is primary; NULL: whichever it is
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
    EXEC milink.Help N'Switchover';
    RETURN 0;
END;
DECLARE @rc int;
EXEC @rc = milink.SwitchPlanned 'Switchover', @Link, @ExpectedPrimary, @Fence, @TimeoutSeconds, @StableSamples, @IgnoreAntiFlap, @Reason,
    @ChangeRef, @Instance, @Execute, @Debug, @RunId OUTPUT;
RETURN @rc;
GO
