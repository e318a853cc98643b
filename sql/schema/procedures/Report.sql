-- SPDX-License-Identifier: MIT
CREATE OR ALTER PROCEDURE milink.Report
/*
RTO, RPO and each step of a run, as rows.

First set: the run, one row.
  RtoSeconds  how long the databases did not serve: from the beginning of FENCE (FORCE for a forced failover) to the end of VERIFY
              (DELETE for a cutover). NULL until then.
  RpoSeconds  0 where equal hardened LSNs on both sides were proven before the act (the samples are in the fourth set);
              NULL where they were not.
Second set: phases, with their seconds. Third set: every statement and request, in order. Fourth set: the samples of hardened LSNs.

Examples
  EXEC milink.Report;                                  -- the last run on this server
  EXEC milink.Report @Link = N'sales-link';
  EXEC milink.Report @RunId = 42;
*/
    @RunId int = NULL,                    -- the run; NULL: the last one of the link, or of all
    @Link nvarchar(128) = NULL,           -- the link; NULL: any
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
    EXEC milink.Help N'Report';
    RETURN 0;
END;
DECLARE @Asked int = @RunId, @Subject nvarchar(400);
SELECT @RunId = MAX(RunId) FROM milink.Run WHERE (RunId = @Asked OR @Asked IS NULL) AND (Link = @Link OR NULLIF(@Link, N'') IS NULL);
IF @RunId IS NULL
BEGIN
    SET @Subject = COALESCE(N'run ' + CONVERT(nvarchar(11), @Asked), NULLIF(@Link, N''), N'this server');
    EXEC milink.Throw 50720, @Subject;
END;
IF @Debug = 1 EXEC milink.ShowRun @RunId;
SELECT r.RunId, r.Kind, r.Link, r.Direction, r.State, r.Phase, r.StartedAt, r.EndedAt,
    DATEDIFF(SECOND, r.StartedAt, COALESCE(r.EndedAt, milink.UtcNow())) AS TotalSeconds, milink.RtoSeconds(r.RunId) AS RtoSeconds,
    milink.RpoSeconds(r.RunId) AS RpoSeconds, r.StartedBy, r.HostName, r.Reason, r.ChangeRef, r.ErrorNumber, r.ErrorMessage
FROM milink.Run AS r
WHERE r.RunId = @RunId;
SELECT p.Phase, p.StartedAt, p.EndedAt, CAST(DATEDIFF(MILLISECOND, p.StartedAt, p.EndedAt) / 1000.0 AS decimal(9, 3)) AS Seconds
FROM milink.RunPhase AS p
WHERE p.RunId = @RunId
ORDER BY p.StartedAt, p.EndedAt;
SELECT s.StepId, s.Phase, s.Kind, s.State, s.Text, s.StartedAt, CAST(DATEDIFF(MILLISECOND, s.StartedAt, s.EndedAt) / 1000.0 AS decimal(9, 3)) AS Seconds,
    s.UndoText, s.OperationId, s.ArmRequestId, s.ErrorNumber, s.ErrorMessage
FROM milink.RunStep AS s
WHERE s.RunId = @RunId
ORDER BY s.StepId;
SELECT l.SampledAt, l.DatabaseName, l.SqlServerLsn, l.InstanceLsn, l.IsEqual
FROM milink.LsnSample AS l
WHERE l.RunId = @RunId
ORDER BY l.SampleId;
RETURN 0;
GO
