-- SPDX-License-Identifier: MIT
-- Opens a run: takes the link's lock, refuses while another run of the link is open, writes the run down. What it was asked for
-- is written by milink.RunAsk. A run whose session is gone (its lock is free) is open to milink.Resume and milink.Abort.
CREATE OR ALTER PROCEDURE milink.RunBegin
    @Kind varchar(20),
    @Instance nvarchar(64),
    @Link nvarchar(128),
    @Direction varchar(11),
    @TimeoutSeconds int,
    @Execute char(1),
    @Reason nvarchar(400) = NULL,
    @ChangeRef nvarchar(64) = NULL,
    @RunId int OUTPUT
AS
SET NOCOUNT ON;
SET XACT_ABORT ON;
DECLARE @Taken bit, @Open int, @Detail nvarchar(1600), @Now datetime2(3) = milink.UtcNow();
IF @Execute = 'Y'
BEGIN
    IF milink.SettingOf(@Link, N'Enabled') = N'N' EXEC milink.Throw 50703, @Link;
    EXEC milink.TakeLock @Link, @Taken OUTPUT;
    IF @Taken = 0 EXEC milink.ThrowBusy @Link;
    UPDATE milink.Run SET State = 'Open' WHERE Link = @Link AND State = 'Running';
    SELECT @Open = MAX(RunId) FROM milink.Run WHERE Link = @Link AND State = 'Open';
    IF @Open IS NOT NULL
    BEGIN
        EXEC milink.ReleaseLock @Link;
        SELECT @Detail = Kind + N', run ' + CONVERT(nvarchar(11), RunId) + N', stands at ' + Phase
            + CASE PastNoReturn WHEN 1 THEN N', past the point of no return' ELSE N', before the point of no return' END
        FROM milink.Run
        WHERE RunId = @Open;
        EXEC milink.Throw 50705, @Link, @Detail;
    END;
END;
INSERT milink.Run (Kind, State, Instance, Link, Direction, Phase, StartedAt, DeadlineAt, Reason, ChangeRef)
VALUES (@Kind, CASE @Execute WHEN 'Y' THEN 'Running' ELSE 'Shown' END, @Instance, @Link, @Direction, 'BEGIN', @Now,
    DATEADD(SECOND, @TimeoutSeconds, @Now), @Reason, @ChangeRef);
SET @RunId = SCOPE_IDENTITY();
GO
