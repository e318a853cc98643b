-- SPDX-License-Identifier: MIT
-- Prints one line of a run: time since it began, its phase, the text, and what is left of the time before the point of no return.
CREATE OR ALTER PROCEDURE milink.Progress
    @RunId int,
    @Text nvarchar(max)
AS
SET NOCOUNT ON;
DECLARE @Now datetime2(3) = milink.UtcNow(), @Line nvarchar(max);
SELECT @Line = LEFT(milink.Span(DATEDIFF(SECOND, StartedAt, @Now)) + N'       ', 8) + LEFT(Phase + '          ', 10) + @Text
    + CASE WHEN PastNoReturn = 0 AND State = 'Running'
           THEN N'  (' + milink.Span(DATEDIFF(SECOND, @Now, DeadlineAt)) + N' left)' ELSE N'' END
FROM milink.Run
WHERE RunId = @RunId;
EXEC milink.Say @Line;
GO
