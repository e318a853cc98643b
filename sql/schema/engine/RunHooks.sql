-- SPDX-License-Identifier: MIT
-- Calls the user's procedures for the phase that a run is in. They run in this session, so one that waits keeps the run waiting;
-- one that took longer than its time has failed. A hook that failed before the point of no return ends the run, unless it is
-- set to Continue; after it the run goes on, and is Incomplete at its end.
CREATE OR ALTER PROCEDURE milink.RunHooks
    @RunId int,
    @Moment varchar(6)
AS
SET NOCOUNT ON;
SET XACT_ABORT OFF; -- a hook's error must leave this session able to write down what happened
DECLARE @Kind varchar(20), @Link nvarchar(128), @Direction varchar(11), @Phase varchar(10), @Shown bit, @PastNoReturn bit,
    @Hook nvarchar(400), @OnError varchar(8), @Seconds int, @StepId int, @Ordinal int = -2147483648, @HookId int = 0,
    @ErrorMessage nvarchar(2048), @Line nvarchar(max), @StartedAt datetime2(3);
SELECT @Kind = Kind, @Link = Link, @Direction = Direction, @Phase = Phase, @PastNoReturn = PastNoReturn,
    @Shown = CASE State WHEN 'Shown' THEN 1 ELSE 0 END
FROM milink.Run
WHERE RunId = @RunId;
WHILE 1 = 1
BEGIN
    SELECT TOP (1) @Ordinal = Ordinal, @HookId = HookId, @Hook = ProcedureName, @OnError = OnError, @Seconds = TimeoutSeconds
    FROM milink.Hook
    WHERE Link IN (N'', @Link) AND Phase = @Phase AND Moment = @Moment AND IsEnabled = 1
        AND (Ordinal > @Ordinal OR Ordinal = @Ordinal AND HookId > @HookId)
    ORDER BY Ordinal, HookId;
    IF @@ROWCOUNT = 0 RETURN;
    SELECT @ErrorMessage = NULL, @StartedAt = milink.UtcNow(),
        @Line = CASE @Shown WHEN 1 THEN N'would call the hook ' ELSE N'hook ' END + @Hook;
    INSERT milink.RunStep (RunId, Phase, Kind, Text, State, StartedAt)
    VALUES (@RunId, @Phase, 'Hook', @Moment + N' ' + @Phase + N': ' + @Hook, CASE @Shown WHEN 1 THEN 'Shown' ELSE 'Running' END,
        @StartedAt);
    SET @StepId = SCOPE_IDENTITY();
    EXEC milink.Progress @RunId, @Line;
    IF @Shown = 1 CONTINUE;
    BEGIN TRY
        EXEC milink.CallHook @Hook, @RunId, @Kind, @Link, @Direction, @Phase, @Moment;
        IF @@TRANCOUNT > 0
        BEGIN
            ROLLBACK;
            SET @ErrorMessage = N'it left a transaction open, which was rolled back';
        END;
    END TRY
    BEGIN CATCH
        SET @ErrorMessage = LEFT(ERROR_MESSAGE(), 2048);
        IF @@TRANCOUNT > 0 ROLLBACK;
    END CATCH;
    IF @ErrorMessage IS NULL AND DATEDIFF(SECOND, @StartedAt, milink.UtcNow()) > @Seconds
        SET @ErrorMessage = N'it took longer than its ' + CONVERT(nvarchar(11), @Seconds) + N' s';
    UPDATE milink.RunStep
    SET State = CASE WHEN @ErrorMessage IS NULL THEN 'Done' ELSE 'Failed' END, EndedAt = milink.UtcNow(), ErrorMessage = @ErrorMessage
    WHERE StepId = @StepId;
    IF @ErrorMessage IS NULL CONTINUE;
    SET @ErrorMessage = LEFT(@ErrorMessage, 1600);
    IF @PastNoReturn = 0 AND @OnError = 'Abort' EXEC milink.Throw 50711, @Hook, @ErrorMessage;
    IF @PastNoReturn = 1 EXEC milink.RunOwe @RunId, @Hook, @ErrorMessage;
    SET @Line = N'the hook ' + @Hook + N' failed, and the run goes on: ' + @ErrorMessage;
    EXEC milink.Progress @RunId, @Line;
END;
GO
