-- SPDX-License-Identifier: MIT
-- The run that is meant by milink.Resume and milink.Abort, and that is not at its end: the one named, or the only one (of the link).
CREATE OR ALTER PROCEDURE milink.FindOpenRun
    @RunId int OUTPUT,
    @Link nvarchar(128)
AS
SET NOCOUNT ON;
DECLARE @Asked int = @RunId, @Runs int, @Subject nvarchar(400), @List nvarchar(max), @Problems nvarchar(max);
SET @Subject = COALESCE(N'run ' + CONVERT(nvarchar(11), @Asked), NULLIF(@Link, N''), N'this server');
SELECT @Runs = COUNT(*), @RunId = MAX(RunId)
FROM milink.Run
WHERE State IN ('Running', 'Open') AND (RunId = @Asked OR @Asked IS NULL) AND (Link = @Link OR NULLIF(@Link, N'') IS NULL);
IF @Runs = 0 EXEC milink.Throw 50720, @Subject;
IF @Runs = 1 RETURN;
SELECT * INTO #Line FROM milink.LineRow;
INSERT #Line (Ordinal, Text) SELECT RunId, CONVERT(nvarchar(11), RunId) + N' (' + Link + N')' FROM milink.Run WHERE State IN ('Running', 'Open');
EXEC milink.JoinLines N', ', @List OUTPUT;
SET @Problems = N'@RunId is NULL, and several runs are open: ' + @List + NCHAR(10);
EXEC milink.ThrowProblems @Subject, @Problems;
GO
