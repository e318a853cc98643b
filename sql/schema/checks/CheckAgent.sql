-- SPDX-License-Identifier: MIT
-- 101 to 103: the agent.
CREATE OR ALTER PROCEDURE milink.CheckAgent
    @Instance nvarchar(64),
    @Link nvarchar(128)
AS
SET NOCOUNT ON;
SET XACT_ABORT OFF;
DECLARE @Message nvarchar(2048);
SELECT * INTO #XpVersion FROM milink.XpVersionRow;
SELECT * INTO #XpHealth FROM milink.XpHealthRow;
SELECT * INTO #XpOperation FROM milink.XpOperationRow;
BEGIN TRY
    EXEC milink.XpVersion;
END TRY
BEGIN CATCH
    SET @Message = LEFT(ERROR_MESSAGE(), 2048);
    INSERT #Check (CheckId, Severity, Evidence, Fix)
    VALUES (101, 'BLOCKED', @Message, N'-- Start the service milink-agent on this host, then: EXEC master.dbo.xp_milink_version;');
    RETURN;
END CATCH;
EXEC milink.XpHealth @Instance = @Instance;
INSERT #Check (CheckId, Severity, Subject, Evidence, Fix)
SELECT 102, CASE status WHEN N'FAIL' THEN 'BLOCKED' ELSE 'WARN' END, LEFT(area + N': ' + check_name, 256), LEFT(evidence, 2048), N'-- ' + action
FROM #XpHealth
WHERE status IN (N'FAIL', N'WARN');
EXEC milink.XpOperationList @Instance = @Instance;
INSERT #Check (CheckId, Severity, Subject, Evidence, Fix)
SELECT 103, 'BLOCKED', operation_id, procedure_name + N', ' + state + N' since ' + CONVERT(nvarchar(30), started_at, 121),
    N'EXEC master.dbo.xp_milink_operation_get @operation_id = ' + milink.Literal(operation_id) + N', @wait_seconds = 60;'
FROM #XpOperation
WHERE state IN (N'Accepted', N'Running') AND (link = @Link OR link IS NULL);
GO
