-- SPDX-License-Identifier: MIT
CREATE OR ALTER PROCEDURE milink.XpDatabaseGet
    @Instance nvarchar(64) = NULL,
    @Database nvarchar(128),
    @TimeoutSeconds int = NULL
AS
SET NOCOUNT ON;
EXEC milinktest.Call N'XpDatabaseGet', @Database;
IF NOT EXISTS (SELECT 1 FROM milinktest.LinkDatabase WHERE DatabaseName = @Database AND IsAtInstance = 1)
    THROW 50601, N'Azure knows no such resource: the database', 1;
INSERT #XpDatabaseGet (name, status) VALUES (@Database, N'Online');
EXEC milinktest.Meet N'XpDatabaseGet', 1;
GO
