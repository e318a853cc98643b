-- SPDX-License-Identifier: MIT
-- What the job does that runs when SQL Server Agent starts: takes up every run that a restart or a crash has left open, and raises an alert when one
-- could not be brought to its end.
CREATE OR ALTER PROCEDURE milink.ResumeAtStart
AS
SET NOCOUNT ON;
SET XACT_ABORT OFF;
DECLARE @Message nvarchar(2000);
BEGIN TRY
    EXEC milink.ResumeAll;
END TRY
BEGIN CATCH
    SET @Message = LEFT(ERROR_MESSAGE(), 2000);
END CATCH;
IF @Message IS NOT NULL EXEC milink.RaiseAlert 50715, @Message;
GO
