-- SPDX-License-Identifier: MIT
CREATE OR ALTER VIEW milink.LocalLinkedServer
AS
SELECT CAST(N'ERP' AS nvarchar(128)) AS ServerName, CAST(N'SQL Server' AS nvarchar(128)) AS Product, CAST(N'erp' AS nvarchar(4000)) AS DataSource
FROM milinktest.World;
GO
