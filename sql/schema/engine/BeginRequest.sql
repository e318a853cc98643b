-- SPDX-License-Identifier: MIT
-- Writes a request of a run down before it is asked, with the id that it will be known by. @IsNew = 0: it was written down before, by a
-- session that is gone, and must not be asked again: milink.FollowRequest finds out what became of it.
CREATE OR ALTER PROCEDURE milink.BeginRequest
    @RunId int,
    @Text nvarchar(400),
    @StepId int OUTPUT,
    @RequestId nvarchar(36) OUTPUT,
    @IsNew bit OUTPUT
AS
SET NOCOUNT ON;
DECLARE @Line nvarchar(max);
SELECT @StepId = NULL, @IsNew = 0;
SELECT @StepId = s.StepId, @RequestId = s.RequestId
FROM milink.RunStep AS s
JOIN milink.Run AS r ON r.RunId = s.RunId AND r.Phase = s.Phase
WHERE s.RunId = @RunId AND s.Kind = 'Request' AND s.Text = @Text;
IF @StepId IS NOT NULL RETURN;
SELECT @IsNew = 1, @RequestId = LOWER(CONVERT(nvarchar(36), NEWID()));
INSERT milink.RunStep (RunId, Phase, Kind, Text, State, StartedAt, RequestId)
SELECT RunId, Phase, 'Request', @Text, CASE State WHEN 'Shown' THEN 'Shown' ELSE 'Running' END, milink.UtcNow(), @RequestId
FROM milink.Run
WHERE RunId = @RunId;
SET @StepId = SCOPE_IDENTITY();
SELECT @Line = CASE State WHEN 'Shown' THEN N'would ask: ' ELSE N'ask: ' END + @Text FROM milink.Run WHERE RunId = @RunId;
EXEC milink.Progress @RunId, @Line;
GO
