-- SPDX-License-Identifier: MIT
CREATE OR ALTER VIEW milink.LocalJob
AS
SELECT CAST(N'nightly load' AS nvarchar(128)) AS JobName, CAST(1 AS bit) AS IsEnabled, DatabaseName FROM milinktest.LinkDatabase;
GO
