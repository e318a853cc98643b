-- SPDX-License-Identifier: MIT
CREATE OR ALTER PROCEDURE milink.License
/*
The licence of the Managed Instance of a link: what it is, what the role wants, and what is owed; and changes it.

The hybrid failover benefit costs nothing while the instance only waits (Passive), and must be given back while it serves (Active). A
run changes it by itself where the setting License is Auto; a change that could not be made is a debt, tried again by @Settle = 'Y', which
the job calls.

Rows: the licence with its verdict (OK, BENEFIT_UNUSED, PASSIVE_WHILE_PRIMARY, PASSIVE_NOT_ELIGIBLE) and what is wanted; then the open debts.
Returns 0: the verdict is OK and nothing is owed. 1: otherwise.

Examples
  EXEC milink.License;
  EXEC milink.License @Link = N'sales-link', @Set = 'Auto', @Execute = 'N';
  EXEC milink.License @Link = N'sales-link', @Set = 'Passive', @Reason = N'CHG-1234';
  EXEC milink.License @Settle = 'Y';
*/
    @Link nvarchar(128) = NULL,           -- the link whose instance is meant; may be left out when there is one
    @Set varchar(10) = NULL,              -- Auto: what the role wants; Active or Passive: that; NULL: only look
    @LicenseType nvarchar(32) = NULL,     -- LicenseIncluded or BasePrice, to change that too; NULL: as the settings say with Auto, else as it is
    @Settle char(1) = 'N',                -- Y: try again what is owed, now due
    @Reason nvarchar(400) = NULL,         -- why, for the record
    @ChangeRef nvarchar(64) = NULL,       -- the change or ticket, for the record
    @Instance nvarchar(64) = NULL,        -- the agent's alias of the Managed Instance; NULL: the setting, else the only one
    @Execute char(1) = 'Y',               -- N: print the request; change nothing
    @Help bit = 0,
    @Debug bit = 0,                       -- 1: print what was decided from
    @Version nvarchar(32) = NULL OUTPUT,
    @VersionCheckMode bit = 0
AS
SET NOCOUNT ON;
SET XACT_ABORT OFF; -- a licence that cannot be read or changed is told in the rows too
SET @Version = milink.Version();
IF @VersionCheckMode = 1 RETURN 0;
IF @Help = 1
BEGIN
    EXEC milink.Help N'License';
    RETURN 0;
END;
DECLARE @Problems nvarchar(max) = N'', @Usage nvarchar(16), @Type nvarchar(32), @Failed nvarchar(1600), @Line nvarchar(max);
EXEC milink.CheckChoice N'@Set', @Set, N'Auto|Active|Passive', 1, @Problems OUTPUT;
EXEC milink.CheckChoice N'@LicenseType', @LicenseType, N'LicenseIncluded|BasePrice', 1, @Problems OUTPUT;
EXEC milink.CheckChoice N'@Settle', @Settle, N'Y|N', 0, @Problems OUTPUT;
EXEC milink.CheckChoice N'@Execute', @Execute, N'Y|N', 0, @Problems OUTPUT;
EXEC milink.ThrowProblems N'License', @Problems;
-- After a cutover the link is gone, and the instance is still there: a debt can be settled, and the licence looked at, without a link.
IF NULLIF(@Link, N'') IS NOT NULL OR EXISTS (SELECT 1 FROM milink.LocalLink) EXEC milink.FindLink @Link OUTPUT, @Instance OUTPUT;
IF milink.SettingOf(ISNULL(@Link, N''), N'Enabled') = N'N' AND @Execute = 'Y' AND (@Set IS NOT NULL OR @LicenseType IS NOT NULL OR @Settle = 'Y')
    EXEC milink.Throw 50703, @Link;
IF @Settle = 'Y' AND @Execute = 'Y' EXEC milink.LicenseSettle;
EXEC milink.LicenseWanted @Instance, @Link, NULL, @Usage OUTPUT, @Type OUTPUT, @Failed OUTPUT;
IF @Failed IS NOT NULL EXEC milink.Throw 50728, @Link, @Failed;
IF @Debug = 1
BEGIN
    SET @Line = N'the role wants: ' + ISNULL(@Usage, N'the usage as it is') + N', ' + ISNULL(@Type, N'the licence type as it is');
    EXEC milink.Say @Line;
END;
IF @Set IS NOT NULL OR @LicenseType IS NOT NULL
BEGIN
    SET @Usage = CASE @Set WHEN 'Auto' THEN @Usage WHEN 'Active' THEN N'Active' WHEN 'Passive' THEN N'Passive' END;
    SET @Type = COALESCE(@LicenseType, CASE @Set WHEN 'Auto' THEN @Type END);
    IF @Usage IS NULL AND @Type IS NULL EXEC milink.Say N'the licence is as the role wants it; nothing to change';
    ELSE EXEC milink.SetLicense @Instance, @Link, @Usage, @Type, @Reason, @ChangeRef, @Execute;
END;
EXEC milink.LicenseWanted @Instance, @Link, NULL, @Usage OUTPUT, @Type OUTPUT, @Failed OUTPUT;
SELECT * INTO #XpLicenseGet FROM milink.XpLicenseGetRow;
EXEC milink.XpLicenseGet @Instance = @Instance;
SELECT license_type AS LicenseType, hybrid_secondary_usage AS Usage, hybrid_secondary_usage_detected AS UsageDetected, links_primary AS LinksPrimary,
    links_secondary AS LinksSecondary, verdict AS Verdict, verdict_text AS VerdictText, @Usage AS WantedUsage, @Type AS WantedLicenseType,
    milink.SettingOf(ISNULL(@Link, N''), N'License') AS Policy
FROM #XpLicenseGet;
SELECT DebtId, Instance, RunId, HybridSecondaryUsage, LicenseType, CreatedAt, NextTryAt, Tries, LastError
FROM milink.LicenseDebt
WHERE SettledAt IS NULL
ORDER BY DebtId;
IF EXISTS (SELECT 1 FROM milink.LicenseDebt WHERE SettledAt IS NULL) OR EXISTS (SELECT 1 FROM #XpLicenseGet WHERE verdict <> N'OK') RETURN 1;
RETURN 0;
GO
