-- SPDX-License-Identifier: MIT
CREATE OR ALTER PROCEDURE milink.XpDatabaseList
    @Instance nvarchar(64) = NULL,
    @TimeoutSeconds int = NULL
AS
SET NOCOUNT ON;
EXEC milinktest.Call N'XpDatabaseList', @Instance;
INSERT #XpDatabaseList (name, status) SELECT DatabaseName, N'Online' FROM milinktest.LinkDatabase WHERE IsAtInstance = 1;
GO
