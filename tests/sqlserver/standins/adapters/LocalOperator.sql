-- SPDX-License-Identifier: MIT
CREATE OR ALTER VIEW milink.LocalOperator
AS
SELECT CAST(N'DBA on call' AS nvarchar(128)) AS OperatorName, CAST(1 AS bit) AS IsEnabled
FROM milinktest.World;
GO
