-- SPDX-License-Identifier: MIT
-- Operators of SQL Server Agent.
CREATE OR ALTER VIEW milink.LocalOperator
AS
SELECT name AS OperatorName, CAST(enabled AS bit) AS IsEnabled
FROM msdb.dbo.sysoperators;
GO
