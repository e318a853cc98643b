-- SPDX-License-Identifier: MIT
-- Runs the checks for an action into the caller's #Check (milink.CheckRow). An area whose checks fail themselves gives a row of check 999, which is
-- BLOCKED but for a forced failover: what is not known is not ready. A check that found nothing has a row OK.
CREATE OR ALTER PROCEDURE milink.RunChecks
    @Action varchar(12),
    @Instance nvarchar(64),
    @Link nvarchar(128),
    @RunId int = NULL
AS
SET NOCOUNT ON;
SET XACT_ABORT OFF;
DECLARE @Letter char(1) = CASE @Action WHEN 'Switchover' THEN 'S' WHEN 'FailBack' THEN 'S' WHEN 'Create' THEN 'N' ELSE LEFT(@Action, 1) END,
    @Ordinal int = 1, @Message nvarchar(2048);
SELECT * INTO #LinkNow FROM milink.LinkNowRow;
WHILE @Ordinal <= 9
BEGIN
    BEGIN TRY
        IF @Ordinal = 1 EXEC milink.CheckAgent @Instance, @Link;
        IF @Ordinal = 2 EXEC milink.CheckJournal @Link, @RunId;
        IF @Ordinal = 3 EXEC milink.CheckServer;
        IF @Ordinal = 4 AND @Link IS NOT NULL EXEC milink.ReadLink @Instance, @Link;
        IF @Ordinal = 5 AND @Link IS NOT NULL EXEC milink.CheckLink @Action, @Link;
        IF @Ordinal = 6 AND @Link IS NOT NULL EXEC milink.CheckDatabases @Link;
        IF @Ordinal = 7 EXEC milink.CheckCertificates @Instance, @Link;
        IF @Ordinal = 8 EXEC milink.CheckInstance @Instance;
        IF @Ordinal = 9 AND @Link IS NOT NULL EXEC milink.CheckParity @Link;
    END TRY
    BEGIN CATCH
        SET @Message = LEFT(ERROR_MESSAGE(), 2048);
        INSERT #Check (CheckId, Severity, Subject, Evidence, Fix)
        SELECT 999, 'BLOCKED', CASE @Ordinal WHEN 1 THEN N'agent' WHEN 2 THEN N'journal' WHEN 3 THEN N'server' WHEN 4 THEN N'both sides of the link'
                WHEN 5 THEN N'link' WHEN 6 THEN N'databases' WHEN 7 THEN N'certificates' WHEN 8 THEN N'instance' ELSE N'parity' END, @Message,
            N'-- Remove the cause, then check again.';
    END CATCH;
    SET @Ordinal += 1;
END;
DELETE c
FROM #Check AS c
LEFT JOIN milink.CheckCatalogue AS k ON k.CheckId = c.CheckId AND CHARINDEX(@Letter, k.Actions) > 0
WHERE k.CheckId IS NULL;
-- A forced failover is for when things are broken: what is broken is shown, and only the rules of the schema forbid.
IF @Letter = 'F' UPDATE #Check SET Severity = 'WARN' WHERE Severity = 'BLOCKED' AND CheckId NOT IN (111, 112);
INSERT #Check (CheckId, Severity, Evidence)
SELECT k.CheckId, 'OK', k.What
FROM milink.CheckCatalogue AS k
WHERE CHARINDEX(@Letter, k.Actions) > 0 AND NOT EXISTS (SELECT 1 FROM #Check AS c WHERE c.CheckId = k.CheckId);
UPDATE c
SET Area = k.Area, CheckName = k.CheckName
FROM #Check AS c
JOIN milink.CheckCatalogue AS k ON k.CheckId = c.CheckId;
IF @RunId IS NOT NULL
    INSERT milink.CheckResult (RunId, CheckedAt, Action, Link, CheckId, Severity, Subject, Evidence)
    SELECT @RunId, milink.UtcNow(), @Action, ISNULL(@Link, N''), CheckId, Severity, Subject, Evidence FROM #Check WHERE Severity <> 'OK';
GO
