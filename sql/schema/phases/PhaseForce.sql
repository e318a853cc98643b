-- SPDX-License-Identifier: MIT
-- FORCE: the side that is secondary becomes primary, whatever the other side has that it has not. To Azure through the agent; by deleting
-- the link where SQL Server is older than 2022 (the database on the instance then becomes a database of its own); to SQL Server by its own
-- statement. Asked once, as in FAILOVER. What is left to do when the other side comes back is noted.
CREATE OR ALTER PROCEDURE milink.PhaseForce
    @RunId int
AS
SET NOCOUNT ON;
DECLARE @Link nvarchar(128), @Direction varchar(11), @Statement nvarchar(max), @Failed nvarchar(1600);
SELECT @Link = Link, @Direction = Direction FROM milink.Run WHERE RunId = @RunId;
EXEC milink.PassNoReturn @RunId;
IF milink.OptionOf(@RunId, N'ByDeletion') = N'Y'
BEGIN
    EXEC milink.AskDelete @RunId, @Failed OUTPUT;
    EXEC milink.AwaitDeleted @RunId, @Failed;
END;
ELSE
BEGIN
    IF @Direction = 'ToAzure' EXEC milink.AskFailover @RunId, 'ForcedAllowDataLoss', @Failed OUTPUT;
    ELSE IF NOT EXISTS (SELECT 1 FROM milink.RunStep WHERE RunId = @RunId AND Phase = 'FORCE' AND Kind = 'Statement')
    BEGIN
        SET @Statement = N'ALTER AVAILABILITY GROUP ' + QUOTENAME(@Link) + N' FORCE_FAILOVER_ALLOW_DATA_LOSS;';
        BEGIN TRY
            EXEC milink.Act @RunId, @Statement;
        END TRY
        BEGIN CATCH
            SET @Failed = LEFT(N'error ' + CONVERT(nvarchar(11), ERROR_NUMBER()) + N': ' + ERROR_MESSAGE(), 1600);
        END CATCH;
    END;
    EXEC milink.AwaitRoles @RunId, @Failed;
END;
EXEC milink.NoteRepair @RunId;
GO
