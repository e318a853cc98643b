-- SPDX-License-Identifier: MIT
-- Takes up every run that is open and that no session works on: for the job that runs when SQL Server Agent starts. One that fails does not keep the
-- others; what failed is thrown at the end.
CREATE OR ALTER PROCEDURE milink.ResumeAll
AS
SET NOCOUNT ON;
SET XACT_ABORT OFF;
DECLARE @RunId int = 0, @Failed nvarchar(1600) = N'';
WHILE 1 = 1
BEGIN
    SELECT TOP (1) @RunId = RunId FROM milink.Run WHERE State IN ('Running', 'Open') AND RunId > @RunId ORDER BY RunId;
    IF @@ROWCOUNT = 0 BREAK;
    BEGIN TRY
        EXEC milink.Resume @RunId = @RunId;
    END TRY
    BEGIN CATCH
        -- One that a session works on is well.
        IF ERROR_NUMBER() <> 50704 SET @Failed = LEFT(@Failed + N'run ' + CONVERT(nvarchar(11), @RunId) + N': ' + ERROR_MESSAGE() + N' ', 1600);
    END CATCH;
END;
IF @Failed <> N'' EXEC milink.Throw 50715, N'milink.ResumeAll', @Failed;
GO
