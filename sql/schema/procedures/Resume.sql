-- SPDX-License-Identifier: MIT
CREATE OR ALTER PROCEDURE milink.Resume
/*
Takes up a run that was left open: by a session that ended, a restart, a crash, or an error past the point of no return.

Before the point of no return everything that the run did is put back, and the run ends Undone: start anew when you are ready.
Past it the run goes forward to its end, as if it had not been interrupted: what was asked is never asked again, both sides are read.

Returns 0: at its end, or put back. 1: at its end, and something is still owed. Otherwise it throws.
Rows: those of milink.Report.

Examples
  EXEC milink.Resume;                                -- the only run that is open
  EXEC milink.Resume @RunId = 42, @Execute = 'N';    -- what would be done
*/
    @RunId int = NULL OUTPUT,             -- the run; NULL: the only one that is open
    @Link nvarchar(128) = NULL,           -- its link, instead
    @Execute char(1) = 'Y',               -- N: print what would be done; change nothing
    @Help bit = 0,
    @Debug bit = 0,                       -- 1: print what was decided from
    @Version nvarchar(32) = NULL OUTPUT,
    @VersionCheckMode bit = 0
AS
SET NOCOUNT ON;
SET XACT_ABORT OFF; -- what fails is written down before it is thrown
SET @Version = milink.Version();
IF @VersionCheckMode = 1 RETURN 0;
IF @Help = 1
BEGIN
    EXEC milink.Help N'Resume';
    RETURN 0;
END;
DECLARE @Problems nvarchar(max) = N'', @Taken bit, @PastNoReturn bit, @Line nvarchar(max), @Left nvarchar(1600);
EXEC milink.RefuseInTransaction N'Resume';
EXEC milink.CheckChoice N'@Execute', @Execute, N'Y|N', 0, @Problems OUTPUT;
EXEC milink.ThrowProblems N'Resume', @Problems;
EXEC milink.FindOpenRun @RunId OUTPUT, @Link;
SELECT @Link = Link FROM milink.Run WHERE RunId = @RunId;
EXEC milink.TakeLock @Link, @Taken OUTPUT;
IF @Taken = 0 EXEC milink.ThrowBusy @Link;
IF @Debug = 1 EXEC milink.ShowRun @RunId;
SELECT @PastNoReturn = PastNoReturn,
    @Line = N'run ' + CONVERT(nvarchar(11), RunId) + N' stands at ' + Phase
        + CASE PastNoReturn WHEN 1 THEN N', past the point of no return: forward' ELSE N', before the point of no return: everything is put back' END
FROM milink.Run
WHERE RunId = @RunId;
EXEC milink.Say @Line;
IF @Execute = 'N'
BEGIN
    EXEC milink.ReleaseLock @Link;
    SELECT StepId, Phase, UndoText AS WouldPutBack
    FROM milink.RunStep
    WHERE RunId = @RunId AND UndoText IS NOT NULL AND State IN ('Running', 'Done', 'Failed', 'UndoFailed') AND @PastNoReturn = 0
    ORDER BY StepId DESC;
    RETURN 0;
END;
UPDATE milink.Run SET State = 'Running', SessionId = @@SPID, AbortAsked = 0, ErrorNumber = NULL, ErrorMessage = NULL WHERE RunId = @RunId;
IF @PastNoReturn = 1
    EXEC milink.RunDrive @RunId;
ELSE
BEGIN
    EXEC milink.RunUndo @RunId, NULL, @Left OUTPUT;
    IF @Left <> N'' EXEC milink.RunFail @RunId, 50716, N'what it did could not be put back';
    UPDATE milink.Run
    SET State = 'Undone', EndedAt = milink.UtcNow(), ErrorNumber = 50710, ErrorMessage = N'put back by milink.Resume: its session had ended'
    WHERE RunId = @RunId;
    EXEC milink.ReleaseLock @Link;
    EXEC milink.Say N'everything was put back; call the procedure again when you are ready';
    EXEC milink.Report @RunId = @RunId;
END;
RETURN CASE (SELECT State FROM milink.Run WHERE RunId = @RunId) WHEN 'Incomplete' THEN 1 ELSE 0 END;
GO
