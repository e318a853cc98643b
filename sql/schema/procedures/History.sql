-- SPDX-License-Identifier: MIT
CREATE OR ALTER PROCEDURE milink.History
/*
The runs, newest first, and how long such runs took.

First set: a row per run. Second set: for each kind and direction how many ended well, and the median and the worst RTO: what to
promise for the next one.

Examples
  EXEC milink.History;
  EXEC milink.History @Link = N'sales-link', @State = 'Open';
  EXEC milink.History @Since = '2026-01-01', @Kind = 'Switchover';
*/
    @Link nvarchar(128) = NULL,           -- one link; NULL: all
    @Kind varchar(20) = NULL,             -- Switchover, FailBack, Cutover or ForceFailover; NULL: all
    @State varchar(10) = NULL,            -- Running, Open, Succeeded, Incomplete, Undone, Closed or Shown; NULL: all
    @Since datetime2(3) = NULL,           -- started at or after this time, UTC; NULL: all
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
    EXEC milink.Help N'History';
    RETURN 0;
END;
DECLARE @Problems nvarchar(max) = N'', @Line nvarchar(400);
EXEC milink.CheckChoice N'@Kind', @Kind, N'Switchover|FailBack|Cutover|ForceFailover', 1, @Problems OUTPUT;
EXEC milink.CheckChoice N'@State', @State, N'Running|Open|Succeeded|Incomplete|Undone|Closed|Shown', 1, @Problems OUTPUT;
EXEC milink.ThrowProblems N'History', @Problems;
SELECT r.RunId, r.Kind, r.Link, r.Direction, r.State, r.Phase, r.StartedAt, r.EndedAt, milink.RtoSeconds(r.RunId) AS RtoSeconds,
    milink.RpoSeconds(r.RunId) AS RpoSeconds, r.StartedBy, r.Reason, r.ChangeRef, r.ErrorNumber, r.ErrorMessage
INTO #Run
FROM milink.Run AS r
WHERE (r.Link = @Link OR NULLIF(@Link, N'') IS NULL) AND (r.Kind = @Kind OR @Kind IS NULL) AND (r.State = @State OR @State IS NULL)
    AND (r.StartedAt >= @Since OR @Since IS NULL);
IF @Debug = 1
BEGIN
    SELECT @Line = N'runs found: ' + CONVERT(nvarchar(11), COUNT(*)) FROM #Run;
    EXEC milink.Say @Line;
END;
SELECT RunId, Kind, Link, Direction, State, Phase, StartedAt, EndedAt, RtoSeconds, RpoSeconds, StartedBy, Reason, ChangeRef, ErrorNumber, ErrorMessage
FROM #Run
ORDER BY RunId DESC;
-- The median by rank: PERCENTILE_CONT is a window function, and one row a group is wanted.
SELECT o.Kind, o.Direction, COUNT(*) AS Runs, MAX(CASE WHEN o.Rank = (o.Runs + 1) / 2 THEN o.RtoSeconds END) AS MedianRtoSeconds,
    MAX(o.RtoSeconds) AS WorstRtoSeconds
FROM
(
    SELECT Kind, Direction, RtoSeconds, ROW_NUMBER() OVER (PARTITION BY Kind, Direction ORDER BY RtoSeconds) AS Rank,
        COUNT(*) OVER (PARTITION BY Kind, Direction) AS Runs
    FROM #Run
    WHERE State IN ('Succeeded', 'Incomplete') AND RtoSeconds IS NOT NULL
) AS o
GROUP BY o.Kind, o.Direction
ORDER BY o.Kind, o.Direction;
RETURN 0;
GO
