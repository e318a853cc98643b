-- SPDX-License-Identifier: MIT
CREATE OR ALTER PROCEDURE milink.XpInstanceGet
    @Instance nvarchar(64) = NULL,
    @TimeoutSeconds int = NULL
AS
SET NOCOUNT ON;
EXEC milinktest.Call N'XpInstanceGet', @Instance;
INSERT #XpInstanceGet (fqdn, state, database_format)
SELECT N'mi-prod.abc.database.windows.net', N'Ready', CASE Major WHEN 17 THEN N'SQLServer2025' ELSE N'SQLServer2022' END FROM milinktest.World;
EXEC milinktest.Meet N'XpInstanceGet', 1;
GO
