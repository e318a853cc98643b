-- SPDX-License-Identifier: MIT
-- Writes down and prints what a run has found or decided.
CREATE OR ALTER PROCEDURE milink.Note
    @RunId int,
    @Text nvarchar(max)
AS
SET NOCOUNT ON;
INSERT milink.RunStep (RunId, Phase, Kind, Text, State, StartedAt, EndedAt)
SELECT RunId, Phase, 'Note', @Text, 'Done', milink.UtcNow(), milink.UtcNow()
FROM milink.Run
WHERE RunId = @RunId;
EXEC milink.Progress @RunId, @Text;
GO
