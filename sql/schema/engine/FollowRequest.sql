-- SPDX-License-Identifier: MIT
-- Follows a request that was asked (or may have been) to its end, through the agent's journal. It is never asked again: what the agent
-- does not have after the longest time that a call can be on its way was not asked at all. Whatever error a call ended with, the journal
-- decides: an operation that goes on can have been answered with one (50518, 50563, 50608 and others).
-- The asking procedure leaves its answer in its #XpOperation, or its error in @AskError and @AskMessage.
-- @Failed: why it was not done; NULL: it was done, or Azure's end of it is not known and both sides have to be read.
-- Throws 50714 when the agent does not tell within @Seconds (NULL: VerifySeconds).
CREATE OR ALTER PROCEDURE milink.FollowRequest
    @RunId int,
    @StepId int,
    @AskError int,
    @AskMessage nvarchar(2048),
    @Failed nvarchar(1600) OUTPUT,
    @Seconds int = NULL
AS
SET NOCOUNT ON;
SET XACT_ABORT OFF;
DECLARE @Instance nvarchar(64), @Link nvarchar(128), @RequestId nvarchar(36), @OperationId nvarchar(36), @State nvarchar(32), @Line nvarchar(max),
    @Said nvarchar(max) = N'', @Now datetime2(3) = milink.UtcNow(), @Until datetime2(3), @MissingSince datetime2(3), @Detail nvarchar(1600),
    @Refusal nvarchar(1600), @Patience int = 40;
SELECT @Instance = r.Instance, @Link = r.Link, @RequestId = s.RequestId,
    @Until = DATEADD(SECOND, COALESCE(@Seconds, CONVERT(int, milink.SettingOf(r.Link, N'VerifySeconds'))), @Now)
FROM milink.RunStep AS s
JOIN milink.Run AS r ON r.RunId = s.RunId
WHERE s.StepId = @StepId;
SET @Failed = NULL;
-- From 50550 on the agent has answered: what is not in its journal then was refused. Below, the way to it failed, and the request may be on it.
IF @AskError >= 50550 AND @AskError <> 50790 SELECT @Refusal = LEFT(@AskMessage, 1600), @Patience = 0;
WHILE @Failed IS NULL
BEGIN
    SELECT @OperationId = operation_id, @State = state FROM #XpOperation WHERE request_id = @RequestId;
    IF @OperationId IS NOT NULL UPDATE milink.RunStep SET OperationId = @OperationId WHERE StepId = @StepId AND OperationId IS NULL;
    SET @Line = N'Azure: ' + ISNULL(@State, N'no answer from the agent yet' + ISNULL(N' (' + @AskMessage + N')', N''));
    IF @Line <> @Said EXEC milink.Progress @RunId, @Line;
    SET @Said = @Line;
    IF @State IN (N'Succeeded', N'Failed', N'Canceled', N'Unknown') BREAK;
    IF @OperationId IS NULL AND @MissingSince <= DATEADD(SECOND, -@Patience, milink.UtcNow())
    BEGIN
        SET @Failed = COALESCE(@Refusal, N'the request did not reach the agent' + ISNULL(N': ' + @AskMessage, N''));
        BREAK;
    END;
    IF milink.UtcNow() >= @Until
    BEGIN
        SET @Detail = LEFT(N'run ' + CONVERT(nvarchar(11), @RunId) + N': ' + @Line, 1600);
        EXEC milink.Throw 50714, @Link, @Detail;
    END;
    EXEC milink.Wait 1;
    BEGIN TRY
        DELETE #XpOperation;
        IF @OperationId IS NOT NULL
            EXEC milink.XpOperationGet @OperationId = @OperationId, @WaitSeconds = 5;
        ELSE
        BEGIN
            EXEC milink.XpOperationList @Instance = @Instance;
            SET @MissingSince = ISNULL(@MissingSince, milink.UtcNow());
        END;
        SET @AskMessage = NULL;
    END TRY
    BEGIN CATCH
        SELECT @AskMessage = LEFT(ERROR_MESSAGE(), 1600), @MissingSince = NULL, @State = NULL;
    END CATCH;
END;
IF @State IN (N'Failed', N'Canceled')
    SELECT @Failed = LEFT(COALESCE(error_message, N'Azure: ' + state), 1600) FROM #XpOperation WHERE request_id = @RequestId;
UPDATE s
SET State = CASE WHEN @Failed IS NOT NULL THEN 'Failed' WHEN @State = N'Unknown' THEN 'Running' ELSE 'Done' END, EndedAt = milink.UtcNow(), ArmRequestId = o.arm_request_id,
    ErrorNumber = COALESCE(o.error_number, @AskError), ErrorMessage = @Failed
FROM milink.RunStep AS s
LEFT JOIN #XpOperation AS o ON o.request_id = @RequestId
WHERE s.StepId = @StepId;
GO
