-- SPDX-License-Identifier: MIT
CREATE OR ALTER PROCEDURE milink.Validate
/*
READY, WARN or BLOCKED for an action, and a row per check: evidence, and the T-SQL that mends it.

Nothing is changed. The same checks run at the beginning of every run; a BLOCKED one ends it before anything was touched.
Each check has an id that never changes: docs/tsql/checks.md says what it looks at and why.

Returns 0: READY. 1: WARN. 2: BLOCKED. An area that could not be looked at (the agent is down, Azure does not answer) is a row of check 999.

Examples
  EXEC milink.Validate;                                                      -- Switchover of the only link
  EXEC milink.Validate @Action = 'Cutover', @Link = N'sales-link';
  EXEC milink.Validate @Link = N'sales-link', @Show = 'ALL', @LogToTable = 'Y';
*/
    @Action varchar(12) = 'Switchover',   -- Switchover, FailBack, Cutover, Force, Create, Remove or License
    @Link nvarchar(128) = NULL,           -- the link; may be left out when there is one; not used by Create
    @Instance nvarchar(64) = NULL,        -- the agent's alias of the Managed Instance; NULL: the setting, else the only one
    @Show varchar(8) = 'FINDINGS',        -- FINDINGS: what is not OK; ALL: every check
    @LogToTable char(1) = 'N',            -- Y: keep what was found in milink.CheckResult
    @Verdict varchar(8) = NULL OUTPUT,    -- READY, WARN or BLOCKED
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
    EXEC milink.Help N'Validate';
    RETURN 0;
END;
DECLARE @Problems nvarchar(max) = N'', @Line nvarchar(max);
EXEC milink.CheckChoice N'@Action', @Action, N'Switchover|FailBack|Cutover|Force|Create|Remove|License', 0, @Problems OUTPUT;
EXEC milink.CheckChoice N'@Show', @Show, N'FINDINGS|ALL', 0, @Problems OUTPUT;
EXEC milink.CheckChoice N'@LogToTable', @LogToTable, N'Y|N', 0, @Problems OUTPUT;
EXEC milink.ThrowProblems N'Validate', @Problems;
IF @Action <> 'Create' EXEC milink.FindLink @Link OUTPUT, @Instance OUTPUT;
SELECT * INTO #Check FROM milink.CheckRow;
EXEC milink.RunChecks @Action, @Instance, @Link;
IF @Debug = 1
BEGIN
    SELECT @Line = N'checks made: ' + CONVERT(nvarchar(11), COUNT(DISTINCT CheckId)) FROM #Check;
    EXEC milink.Say @Line;
END;
SET @Verdict = CASE WHEN EXISTS (SELECT 1 FROM #Check WHERE Severity = 'BLOCKED') THEN 'BLOCKED'
    WHEN EXISTS (SELECT 1 FROM #Check WHERE Severity = 'WARN') THEN 'WARN' ELSE 'READY' END;
IF @LogToTable = 'Y'
    INSERT milink.CheckResult (CheckedAt, Action, Link, CheckId, Severity, Subject, Evidence)
    SELECT milink.UtcNow(), @Action, ISNULL(@Link, N''), CheckId, Severity, Subject, Evidence FROM #Check;
SELECT @Verdict AS Verdict, @Action AS Action, @Link AS Link, SUM(CASE Severity WHEN 'BLOCKED' THEN 1 ELSE 0 END) AS Blocked,
    SUM(CASE Severity WHEN 'WARN' THEN 1 ELSE 0 END) AS Warned, SUM(CASE Severity WHEN 'OK' THEN 1 ELSE 0 END) AS Passed
FROM #Check;
SELECT CheckId, Area, CheckName, Severity, Subject, Evidence, Fix, N'docs/tsql/checks.md#' + CONVERT(nvarchar(11), CheckId) AS Doc
FROM #Check
WHERE Severity <> 'OK' OR @Show = 'ALL'
ORDER BY CASE Severity WHEN 'BLOCKED' THEN 1 WHEN 'WARN' THEN 2 WHEN 'INFO' THEN 3 ELSE 4 END, CheckId, Subject;
RETURN CASE @Verdict WHEN 'READY' THEN 0 WHEN 'WARN' THEN 1 ELSE 2 END;
GO
