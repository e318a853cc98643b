-- SPDX-License-Identifier: MIT
-- FAILOVER: the planned failover, asked of the side that is primary: SQL Server's statement, or Azure through the agent. It is asked once;
-- what became of it is read from both sides, so a run that is taken up again here reads and does not ask.
CREATE OR ALTER PROCEDURE milink.PhaseFailover
    @RunId int
AS
SET NOCOUNT ON;
DECLARE @Instance nvarchar(64), @Link nvarchar(128), @Direction varchar(11), @Statement nvarchar(max), @Failed nvarchar(1600);
SELECT @Instance = Instance, @Link = Link, @Direction = Direction FROM milink.Run WHERE RunId = @RunId;
EXEC milink.PassNoReturn @RunId;
IF @Direction = 'ToSqlServer'
    EXEC milink.AskFailover @RunId, 'Planned', @Failed OUTPUT;
ELSE IF NOT EXISTS (SELECT 1 FROM milink.RunStep WHERE RunId = @RunId AND Phase = 'FAILOVER' AND Kind = 'Statement')
BEGIN
    SET @Statement = N'ALTER AVAILABILITY GROUP ' + QUOTENAME(@Link) + N' FAILOVER;';
    BEGIN TRY
        EXEC milink.Act @RunId, @Statement;
    END TRY
    BEGIN CATCH
        SET @Failed = LEFT(N'error ' + CONVERT(nvarchar(11), ERROR_NUMBER()) + N': ' + ERROR_MESSAGE(), 1600);
    END CATCH;
END;
EXEC milink.AwaitRoles @RunId, @Failed;
GO
