-- SPDX-License-Identifier: MIT
CREATE OR ALTER PROCEDURE milink.Abort
/*
Ends a run before the point of no return, and puts everything back. Past it: refused, a run goes forward then (milink.Resume).

A run that a session works on is asked to stop; that session puts everything back, and this call waits for it. One whose session is gone is
put back here. A hook can call it too: the run that called the hook stops when the hook has ended.

With @Close = 'Y' the record of a run is closed as it is, wherever it stands: for a run that a person has brought to its end by hand.
Nothing is executed then, and what the run would still have done is printed.

Examples
  EXEC milink.Abort;                                                     -- the only run that is open
  EXEC milink.Abort @Link = N'sales-link';
  EXEC milink.Abort @RunId = 42, @Close = 'Y', @Reason = N'failed over by hand, INC-77';
*/
    @RunId int = NULL OUTPUT,             -- the run; NULL: the only one that is open
    @Link nvarchar(128) = NULL,           -- its link, instead
    @Close char(1) = 'N',                 -- Y: close the record, do nothing else
    @Reason nvarchar(400) = NULL,         -- why; required to close
    @WaitSeconds int = 60,                -- 0 to 600: how long to wait for the session that works on it
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
    EXEC milink.Help N'Abort';
    RETURN 0;
END;
DECLARE @Problems nvarchar(max) = N'', @Taken bit, @Here bit, @Until datetime2(3) = DATEADD(SECOND, @WaitSeconds, milink.UtcNow());
EXEC milink.RefuseInTransaction N'Abort';
EXEC milink.CheckChoice N'@Close', @Close, N'Y|N', 0, @Problems OUTPUT;
EXEC milink.CheckNumber N'@WaitSeconds', @WaitSeconds, 0, 600, @Problems OUTPUT;
IF @Close = 'Y' AND NULLIF(@Reason, N'') IS NULL SET @Problems += N'@Reason is missing; to close a run by hand takes a reason.' + NCHAR(10);
EXEC milink.ThrowProblems N'Abort', @Problems;
EXEC milink.FindOpenRun @RunId OUTPUT, @Link;
SELECT @Link = Link FROM milink.Run WHERE RunId = @RunId;
IF @Debug = 1 EXEC milink.ShowRun @RunId;
IF @Close = 'N'
BEGIN
    UPDATE milink.Run SET AbortAsked = 1 WHERE RunId = @RunId AND PastNoReturn = 0;
    IF @@ROWCOUNT = 0 EXEC milink.Throw 50721, @Link;
    EXEC milink.DrivenHere @Link, @Here OUTPUT;
    IF @Here = 1
    BEGIN
        EXEC milink.Say N'the run stops when the hook that asks for it has ended';
        RETURN 0;
    END;
END;
WHILE 1 = 1
BEGIN
    EXEC milink.TakeLock @Link, @Taken OUTPUT;
    IF @Taken = 1 BREAK;
    IF milink.UtcNow() >= @Until OR @Close = 'Y' EXEC milink.ThrowBusy @Link;
    EXEC milink.Wait 1;
END;
-- It has stopped: either it put everything back itself, or nobody works on it.
IF NOT EXISTS (SELECT 1 FROM milink.Run WHERE RunId = @RunId AND State IN ('Running', 'Open'))
BEGIN
    EXEC milink.ReleaseLock @Link;
    EXEC milink.Report @RunId = @RunId;
    RETURN 0;
END;
IF @Close = 'Y'
BEGIN
    EXEC milink.CloseRun @RunId, @Reason;
    RETURN 0;
END;
EXEC milink.ReleaseLock @Link;
EXEC milink.Resume @RunId = @RunId;
RETURN 0;
GO
