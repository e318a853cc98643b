-- SPDX-License-Identifier: MIT
-- Drives a run from where it stands to its end: each phase of its kind that has not ended, in order. The caller holds the link's lock.
-- An error before the point of no return takes everything back; after it the run stays open. Either is then thrown.
CREATE OR ALTER PROCEDURE milink.RunDrive
    @RunId int
AS
SET NOCOUNT ON;
SET XACT_ABORT OFF; -- every failure is caught here, written down and thrown again
DECLARE @Phase varchar(10), @ErrorNumber int, @ErrorMessage nvarchar(2048);
IF OBJECT_ID(N'tempdb..#Driven') IS NULL CREATE TABLE #Driven (RunId int NOT NULL); -- for milink.DrivenHere
INSERT #Driven (RunId) VALUES (@RunId);
BEGIN TRY
    WHILE 1 = 1
    BEGIN
        SELECT TOP (1) @Phase = k.Phase
        FROM milink.Run AS r
        JOIN milink.KindPhase AS k ON k.Kind = r.Kind
        WHERE r.RunId = @RunId
            AND NOT EXISTS (SELECT 1 FROM milink.RunPhase AS p WHERE p.RunId = @RunId AND p.Phase = k.Phase AND p.EndedAt IS NOT NULL)
        ORDER BY k.Ordinal;
        IF @@ROWCOUNT = 0 BREAK;
        UPDATE milink.Run SET Phase = @Phase WHERE RunId = @RunId;
        IF NOT EXISTS (SELECT 1 FROM milink.RunPhase WHERE RunId = @RunId AND Phase = @Phase)
            INSERT milink.RunPhase (RunId, Phase, StartedAt) VALUES (@RunId, @Phase, milink.UtcNow());
        EXEC milink.CheckStop @RunId;
        EXEC milink.RunHooks @RunId, 'Before';
        EXEC milink.RunPhaseOnce @RunId, @Phase;
        EXEC milink.RunHooks @RunId, 'After';
        UPDATE milink.RunPhase SET EndedAt = milink.UtcNow() WHERE RunId = @RunId AND Phase = @Phase;
    END;
END TRY
BEGIN CATCH
    SELECT @ErrorNumber = ERROR_NUMBER(), @ErrorMessage = LEFT(ERROR_MESSAGE(), 2048);
    DELETE #Driven WHERE RunId = @RunId;
    EXEC milink.RunFail @RunId, @ErrorNumber, @ErrorMessage;
END CATCH;
DELETE #Driven WHERE RunId = @RunId;
GO
