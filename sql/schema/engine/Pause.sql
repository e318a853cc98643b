-- SPDX-License-Identifier: MIT
-- Waits a little within a run, and never past its deadline.
CREATE OR ALTER PROCEDURE milink.Pause
    @RunId int,
    @Seconds int,
    @WaitingFor nvarchar(400)
AS
SET NOCOUNT ON;
DECLARE @Left int;
EXEC milink.CheckStop @RunId, @WaitingFor;
SELECT @Left = DATEDIFF(SECOND, milink.UtcNow(), DeadlineAt)
FROM milink.Run
WHERE RunId = @RunId AND PastNoReturn = 0 AND State = 'Running';
SET @Seconds = CASE WHEN @Left < 1 THEN 1 WHEN @Left < @Seconds THEN @Left ELSE @Seconds END;
EXEC milink.Wait @Seconds;
EXEC milink.CheckStop @RunId, @WaitingFor;
GO
