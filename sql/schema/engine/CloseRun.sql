-- SPDX-License-Identifier: MIT
-- Closes the record of a run as it stands; the caller holds the link's lock. Says what the run has not done and not put back.
CREATE OR ALTER PROCEDURE milink.CloseRun
    @RunId int,
    @Reason nvarchar(400)
AS
SET NOCOUNT ON;
DECLARE @Link nvarchar(128), @Left nvarchar(max), @Feed nchar(1) = NCHAR(10);
SELECT @Link = Link FROM milink.Run WHERE RunId = @RunId;
SELECT * INTO #Line FROM milink.LineRow;
INSERT #Line (Ordinal, Text)
SELECT 0, N'run ' + CONVERT(nvarchar(11), @RunId) + N' is closed by hand; nothing was executed.'
UNION ALL
SELECT k.Ordinal, N'not done: ' + k.Phase
FROM milink.Run AS r
JOIN milink.KindPhase AS k ON k.Kind = r.Kind
WHERE r.RunId = @RunId AND NOT EXISTS (SELECT 1 FROM milink.RunPhase AS p WHERE p.RunId = @RunId AND p.Phase = k.Phase AND p.EndedAt IS NOT NULL)
UNION ALL
SELECT 4294967296 - StepId, N'not put back: ' + UndoText -- the last first
FROM milink.RunStep
WHERE RunId = @RunId AND UndoText IS NOT NULL AND State IN ('Running', 'Done', 'Failed', 'UndoFailed');
EXEC milink.JoinLines @Feed, @Left OUTPUT;
UPDATE milink.Run
SET State = 'Closed', EndedAt = milink.UtcNow(), ErrorMessage = LEFT(N'closed by ' + ORIGINAL_LOGIN() + N': ' + @Reason + ISNULL(N' | ' + ErrorMessage, N''), 2048)
WHERE RunId = @RunId;
EXEC milink.ReleaseLock @Link;
EXEC milink.Say @Left;
GO
