-- SPDX-License-Identifier: MIT
-- VALIDATE: the checks of milink.Validate for what the run is about to do. One that is BLOCKED ends it, before anything was touched.
CREATE OR ALTER PROCEDURE milink.PhaseValidate
    @RunId int
AS
SET NOCOUNT ON;
DECLARE @Action varchar(12), @Instance nvarchar(64), @Link nvarchar(128), @Blocked int, @Warned int, @Detail nvarchar(1600),
    @Blocks nvarchar(max), @Line nvarchar(max), @Feed nchar(1) = NCHAR(10);
SELECT @Action = CASE Kind WHEN 'ForceFailover' THEN 'Force' ELSE Kind END, @Instance = Instance, @Link = Link
FROM milink.Run
WHERE RunId = @RunId;
SELECT * INTO #Check FROM milink.CheckRow;
EXEC milink.RunChecks @Action, @Instance, @Link, @RunId;
SELECT @Blocked = ISNULL(SUM(CASE Severity WHEN 'BLOCKED' THEN 1 ELSE 0 END), 0),
    @Warned = ISNULL(SUM(CASE Severity WHEN 'WARN' THEN 1 ELSE 0 END), 0)
FROM #Check;
SELECT * INTO #Line FROM milink.LineRow;
INSERT #Line (Ordinal, Text)
SELECT ROW_NUMBER() OVER (ORDER BY CheckId), N'[' + CONVERT(nvarchar(11), CheckId) + N'] ' + ISNULL(Subject + N': ', N'') + Evidence
FROM #Check
WHERE Severity = 'BLOCKED';
EXEC milink.JoinLines N' ', @Blocks OUTPUT;
INSERT #Line (Ordinal, Text)
SELECT ROW_NUMBER() OVER (ORDER BY Severity, CheckId), Severity + N' [' + CONVERT(nvarchar(11), CheckId) + N'] ' + ISNULL(Subject + N': ', N'') + Evidence
FROM #Check
WHERE Severity IN ('WARN', 'BLOCKED');
EXEC milink.JoinLines @Feed, @Line OUTPUT;
SET @Line = N'blocked by ' + CONVERT(nvarchar(11), @Blocked) + N', warned of ' + CONVERT(nvarchar(11), @Warned)
    + CASE @Line WHEN N'' THEN N'' ELSE @Feed + @Line END;
EXEC milink.Note @RunId, @Line;
SET @Detail = LEFT(@Blocks, 1600);
IF @Blocked > 0 EXEC milink.Throw 50708, @Link, @Detail;
GO
