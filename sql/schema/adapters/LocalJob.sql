-- SPDX-License-Identifier: MIT
-- Jobs of SQL Server Agent, a row per step with a database.
CREATE OR ALTER VIEW milink.LocalJob
AS
SELECT j.name AS JobName, CAST(j.enabled AS bit) AS IsEnabled, s.database_name AS DatabaseName
FROM msdb.dbo.sysjobs AS j
JOIN msdb.dbo.sysjobsteps AS s ON s.job_id = j.job_id;
GO
