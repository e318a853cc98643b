-- SPDX-License-Identifier: MIT
-- needs: SQL Server 2022
/* Planned failover from SQL Server to the Managed Instance, the link kept, nothing lost.
   SQL Server 2022 CU13 (16.0.4125.3) or later, or 2025; this server is primary. Azure cannot start it: the statement of step 6 does. */

-- Step 1. Where are we? The role here must be PRIMARY, there Secondary; both sides HEALTHY, CONNECTED; most_recent_error empty.
USE master;
SELECT ag.name, rs.role_desc, rs.synchronization_health_desc
FROM sys.availability_groups AS ag
JOIN sys.dm_hadr_availability_replica_states AS rs ON rs.group_id = ag.group_id
WHERE rs.is_local = 1 AND ag.is_distributed = 1 AND ag.name = N'sales-link';
DECLARE @rc int;
EXEC @rc = master.dbo.xp_milink_link_get @instance = N'prod', @link = N'sales-link';
IF @rc <> 0 OR @rc IS NULL RAISERROR (N'STOP: the link could not be read from Azure.', 16, 1);
GO

-- Step 2. Will it come back? database_format SQLServer2022 for SQL Server 2022, SQLServer2025 for 2025, and failover_mode Manual in step 1; state Ready.
DECLARE @rc int;
EXEC @rc = master.dbo.xp_milink_instance_get @instance = N'prod';
IF @rc <> 0 OR @rc IS NULL RAISERROR (N'STOP: the instance could not be read.', 16, 1);
GO

-- Step 3. Is anything in the way? A row that says FAIL is.
DECLARE @rc int;
EXEC @rc = master.dbo.xp_milink_health @instance = N'prod';
IF @rc <> 0 OR @rc IS NULL RAISERROR (N'STOP: the agent could not be asked.', 16, 1);
GO

-- Step 4. Keep the applications off. A database of an availability group cannot be made read-only: the logins are disabled, their sessions ended.
ALTER LOGIN [app_web] DISABLE;
SELECT N'KILL ' + CONVERT(nvarchar(11), session_id) + N';' AS run_these, program_name, host_name
FROM sys.dm_exec_sessions
WHERE original_login_name = N'app_web';
GO

-- Step 5. Nothing may be lost: last_hardened_lsn of the first set (here) and of the second (there) must be equal, and the same again in three runs
--         of this step, some seconds apart.
SELECT db.name, drs.last_hardened_lsn
FROM sys.dm_hadr_database_replica_states AS drs
JOIN sys.databases AS db ON db.database_id = drs.database_id
JOIN sys.availability_groups AS ag ON ag.group_id = drs.group_id
WHERE ag.is_distributed = 1 AND ag.name = N'sales-link' AND drs.is_local = 1;
DECLARE @rc int;
EXEC @rc = master.dbo.xp_milink_link_get @instance = N'prod', @link = N'sales-link';
IF @rc <> 0 OR @rc IS NULL RAISERROR (N'STOP: the link could not be read from Azure.', 16, 1);
GO

-- Step 6. The point of no return. Not inside a transaction.
IF @@TRANCOUNT > 0 RAISERROR (N'STOP: a transaction is open.', 16, 1);
ELSE ALTER AVAILABILITY GROUP [sales-link] FAILOVER;
GO

-- Step 7. Repeat until the role here is SECONDARY and instance_role is Primary, health HEALTHY. Do not run step 6 again meanwhile.
SELECT ag.name, rs.role_desc
FROM sys.availability_groups AS ag
JOIN sys.dm_hadr_availability_replica_states AS rs ON rs.group_id = ag.group_id
WHERE rs.is_local = 1 AND ag.is_distributed = 1 AND ag.name = N'sales-link';
DECLARE @rc int;
EXEC @rc = master.dbo.xp_milink_link_get @instance = N'prod', @link = N'sales-link';
IF @rc <> 0 OR @rc IS NULL RAISERROR (N'STOP: the link could not be read from Azure.', 16, 1);
GO

-- Step 8. The instance serves now: it is no longer a passive secondary.
DECLARE @rc int, @operation_id nvarchar(36);
EXEC @rc = master.dbo.xp_milink_license_set @instance = N'prod', @hybrid_secondary_usage = N'Active', @wait_seconds = 60,
    @reason = N'planned failover of sales-link to Azure', @operation_id = @operation_id OUTPUT;
IF @rc <> 0 OR @rc IS NULL RAISERROR (N'The licence was not changed; the failover stands. Try this step again later.', 16, 1);
GO

-- Step 9. Point the applications to the instance: fqdn of step 2. Its logins, jobs and linked servers are not copied by the link.
--         Open the logins here again when nothing connects here any more.
ALTER LOGIN [app_web] ENABLE;
GO

-- Put back, before step 6: ALTER LOGIN [app_web] ENABLE;  that is all that was changed.
