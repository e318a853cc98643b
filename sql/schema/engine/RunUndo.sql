-- SPDX-License-Identifier: MIT
-- Takes back what a run did, the last first. @Phase: only what that phase did. A statement that may or may not have been executed is
-- taken back too: each UndoText is right in both cases. @Left: the statements that could not be executed, for the reader.
CREATE OR ALTER PROCEDURE milink.RunUndo
    @RunId int,
    @Phase varchar(10) = NULL,
    @Left nvarchar(1600) = NULL OUTPUT
AS
SET NOCOUNT ON;
SET XACT_ABORT OFF; -- one that fails must not keep the others from being taken back
DECLARE @StepId int = 2147483647, @UndoText nvarchar(max), @Line nvarchar(max), @ErrorNumber int, @ErrorMessage nvarchar(2048);
SET @Left = N'';
WHILE 1 = 1
BEGIN
    SELECT TOP (1) @StepId = StepId, @UndoText = UndoText
    FROM milink.RunStep
    WHERE RunId = @RunId AND StepId < @StepId AND UndoText IS NOT NULL AND State IN ('Running', 'Done', 'Failed', 'UndoFailed')
        AND (Phase = @Phase OR @Phase IS NULL)
    ORDER BY StepId DESC;
    IF @@ROWCOUNT = 0 BREAK;
    SET @Line = N'put back: ' + @UndoText;
    EXEC milink.Progress @RunId, @Line;
    BEGIN TRY
        EXEC milink.ExecuteStatement @UndoText;
        UPDATE milink.RunStep SET State = 'Undone' WHERE StepId = @StepId;
    END TRY
    BEGIN CATCH
        SELECT @ErrorNumber = ERROR_NUMBER(), @ErrorMessage = LEFT(ERROR_MESSAGE(), 2048),
            @Left = LEFT(@Left + @UndoText + N' -- ' + ERROR_MESSAGE() + NCHAR(10), 1600);
        UPDATE milink.RunStep
        SET State = 'UndoFailed', ErrorNumber = @ErrorNumber, ErrorMessage = @ErrorMessage
        WHERE StepId = @StepId;
    END CATCH;
END;
GO
