-- SPDX-License-Identifier: MIT
-- Executes a statement of a run: written down first, with what takes it back; then executed; then how it ended.
-- A run that only shows (@Execute = 'N') has it printed and written down, and that is all. Errors come back to the caller as they are.
CREATE OR ALTER PROCEDURE milink.Act
    @RunId int,
    @Statement nvarchar(max),
    @UndoText nvarchar(max) = NULL,
    @StepId int = NULL OUTPUT
AS
SET NOCOUNT ON;
SET XACT_ABORT ON;
DECLARE @Shown bit = 0, @Line nvarchar(max), @ErrorNumber int, @ErrorMessage nvarchar(2048);
SELECT @Shown = 1 FROM milink.Run WHERE RunId = @RunId AND State = 'Shown';
INSERT milink.RunStep (RunId, Phase, Kind, Text, UndoText, State, StartedAt)
SELECT RunId, Phase, 'Statement', @Statement, @UndoText, CASE @Shown WHEN 1 THEN 'Shown' ELSE 'Running' END, milink.UtcNow()
FROM milink.Run
WHERE RunId = @RunId;
SET @StepId = SCOPE_IDENTITY();
SET @Line = CASE @Shown WHEN 1 THEN N'would run: ' ELSE N'run: ' END + @Statement;
EXEC milink.Progress @RunId, @Line;
IF @Shown = 1 RETURN;
BEGIN TRY
    EXEC milink.ExecuteStatement @Statement;
    UPDATE milink.RunStep SET State = 'Done', EndedAt = milink.UtcNow() WHERE StepId = @StepId;
END TRY
BEGIN CATCH
    SELECT @ErrorNumber = ERROR_NUMBER(), @ErrorMessage = LEFT(ERROR_MESSAGE(), 2048);
    UPDATE milink.RunStep
    SET State = 'Failed', EndedAt = milink.UtcNow(), ErrorNumber = @ErrorNumber, ErrorMessage = @ErrorMessage
    WHERE StepId = @StepId;
    THROW;
END CATCH;
GO
