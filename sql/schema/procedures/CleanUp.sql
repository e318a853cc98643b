-- SPDX-License-Identifier: MIT
CREATE OR ALTER PROCEDURE milink.CleanUp
/*
Deletes ended runs, spent tokens and results of checks that are older than the setting HistoryDays; the job does it daily.

A run that is not at its end is never deleted, nor one that a licence debt is open for.

Examples
  EXEC milink.CleanUp @Execute = 'N';
  EXEC milink.CleanUp;
*/
    @Execute char(1) = 'Y',               -- N: say how many would go; delete nothing
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
    EXEC milink.Help N'CleanUp';
    RETURN 0;
END;
DECLARE @Problems nvarchar(max) = N'', @Line nvarchar(400),
    @Before datetime2(3) = DATEADD(DAY, -CONVERT(int, milink.SettingOf(N'', N'HistoryDays')), milink.UtcNow());
EXEC milink.CheckChoice N'@Execute', @Execute, N'Y|N', 0, @Problems OUTPUT;
EXEC milink.ThrowProblems N'CleanUp', @Problems;
SELECT r.RunId
INTO #Old
FROM milink.Run AS r
WHERE r.EndedAt < @Before AND r.State NOT IN ('Running', 'Open')
    AND NOT EXISTS (SELECT 1 FROM milink.LicenseDebt AS d WHERE d.RunId = r.RunId AND d.SettledAt IS NULL);
SELECT @Line = CASE @Execute WHEN 'Y' THEN N'deleted' ELSE N'would delete' END + N' runs ended before ' + CONVERT(nvarchar(30), @Before, 121) + N' UTC: '
    + CONVERT(nvarchar(11), COUNT(*))
FROM #Old;
IF @Execute = 'Y'
BEGIN
    DELETE milink.LicenseDebt WHERE SettledAt < @Before;
    DELETE milink.ForceToken WHERE ExpiresAt < @Before;
    DELETE milink.CheckResult WHERE CheckedAt < @Before;
    DELETE milink.Run WHERE RunId IN (SELECT RunId FROM #Old); -- and what belongs to them, by the foreign keys
END;
EXEC milink.Say @Line;
IF @Debug = 1 SELECT RunId FROM #Old ORDER BY RunId;
RETURN 0;
GO
