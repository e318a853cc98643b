-- SPDX-License-Identifier: MIT
-- REPOINT: there is no listener that follows the role, so the applications are told where to connect: by hooks of this phase, and by this
-- line. The run does not fail for it: the databases serve.
CREATE OR ALTER PROCEDURE milink.PhaseRepoint
    @RunId int
AS
SET NOCOUNT ON;
SET XACT_ABORT OFF;
DECLARE @Instance nvarchar(64), @Direction varchar(11), @Target nvarchar(400), @Line nvarchar(max);
SELECT @Instance = Instance, @Direction = Direction FROM milink.Run WHERE RunId = @RunId;
SELECT * INTO #XpInstanceGet FROM milink.XpInstanceGetRow;
IF @Direction = 'ToSqlServer' SELECT @Target = ServerName FROM milink.LocalServer;
ELSE
BEGIN TRY
    EXEC milink.XpInstanceGet @Instance = @Instance;
    SELECT @Target = fqdn FROM #XpInstanceGet;
END TRY
BEGIN CATCH
    SET @Target = N'the Managed Instance (its name could not be read: ' + ERROR_MESSAGE() + N')';
END CATCH;
SET @Line = N'the applications connect to ' + @Target;
EXEC milink.Note @RunId, @Line;
GO
