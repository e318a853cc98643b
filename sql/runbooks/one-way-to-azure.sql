-- SPDX-License-Identifier: MIT
/* One way from SQL Server to the Managed Instance: the link is deleted, both copies are then independent and writable. SQL Server 2016 to 2019 have no
   other way; later versions by choice, to migrate. There is no way back but a new link, replication or a bacpac. This server is primary. */

-- Step 1. Where are we? The role here must be PRIMARY, there Secondary; both sides HEALTHY, CONNECTED. Note partner_ag and instance_ag: step 4 names both.
USE master;
SELECT ag.name, rs.role_desc, rs.synchronization_health_desc
FROM sys.availability_groups AS ag
JOIN sys.dm_hadr_availability_replica_states AS rs ON rs.group_id = ag.group_id
WHERE rs.is_local = 1 AND ag.is_distributed = 1 AND ag.name = N'sales-link';
DECLARE @rc int;
EXEC @rc = master.dbo.xp_milink_link_get @instance = N'prod', @link = N'sales-link';
IF @rc <> 0 OR @rc IS NULL RAISERROR (N'STOP: the link could not be read from Azure.', 16, 1);
GO

-- Step 2. Look first: the request that would be sent in step 6, and what would refuse it. Nothing is sent.
DECLARE @rc int;
EXEC @rc = master.dbo.xp_milink_link_delete @instance = N'prod', @link = N'sales-link', @confirm = N'DELETE sales-link', @what_if = 1;
IF @rc <> 0 OR @rc IS NULL RAISERROR (N'STOP: the deletion would be refused.', 16, 1);
GO

-- Step 3. Keep the applications off, and keep them off: after step 6 a write here is a write that the instance never sees.
ALTER LOGIN [app_web] DISABLE;
SELECT N'KILL ' + CONVERT(nvarchar(11), session_id) + N';' AS run_these, program_name, host_name
FROM sys.dm_exec_sessions
WHERE original_login_name = N'app_web';
GO

-- Step 4. Synchronous commit, since nothing switches to it by itself here. ag_sales: partner_ag; ag_sales_mi: instance_ag of step 1.
IF @@TRANCOUNT > 0 RAISERROR (N'STOP: a transaction is open.', 16, 1);
ELSE ALTER AVAILABILITY GROUP [sales-link] MODIFY AVAILABILITY GROUP ON
    N'ag_sales' WITH (AVAILABILITY_MODE = SYNCHRONOUS_COMMIT),
    N'ag_sales_mi' WITH (AVAILABILITY_MODE = SYNCHRONOUS_COMMIT);
GO

-- Step 5. Nothing may be lost: last_hardened_lsn of the first set (here) and of the second (there) must be equal, and the same again in three runs
--         of this step, some seconds apart. Deleting the link before that loses data.
SELECT db.name, drs.last_hardened_lsn
FROM sys.dm_hadr_database_replica_states AS drs
JOIN sys.databases AS db ON db.database_id = drs.database_id
JOIN sys.availability_groups AS ag ON ag.group_id = drs.group_id
WHERE ag.is_distributed = 1 AND ag.name = N'sales-link' AND drs.is_local = 1;
DECLARE @rc int;
EXEC @rc = master.dbo.xp_milink_link_get @instance = N'prod', @link = N'sales-link';
IF @rc <> 0 OR @rc IS NULL RAISERROR (N'STOP: the link could not be read from Azure.', 16, 1);
GO

-- Step 6. The point of no return: the link is deleted in Azure, the database there becomes writable.
IF OBJECT_ID(N'tempdb..#delete_request') IS NULL SELECT LOWER(CONVERT(nvarchar(36), NEWID())) AS request_id INTO #delete_request;
DECLARE @rc int, @operation_id nvarchar(36), @request_id nvarchar(36) = (SELECT request_id FROM #delete_request);
PRINT N'request ' + @request_id;
EXEC @rc = master.dbo.xp_milink_link_delete @instance = N'prod', @link = N'sales-link', @confirm = N'DELETE sales-link',
    @request_id = @request_id, @wait_seconds = 60, @reason = N'one-way cutover of sales', @operation_id = @operation_id OUTPUT;
IF @rc <> 0 OR @rc IS NULL RAISERROR (N'STOP: run this step again in this window (the same request is never done twice) before anything else.', 16, 1);
GO

-- Step 7. The database on the instance must be Online.
DECLARE @rc int;
EXEC @rc = master.dbo.xp_milink_database_get @instance = N'prod', @database = N'sales';
IF @rc <> 0 OR @rc IS NULL RAISERROR (N'STOP: the database could not be read on the instance.', 16, 1);
GO

-- Step 8. Clean up here: the distributed group, and the group when nothing else uses it. Then the old copy is taken offline, so that nobody writes to it.
IF @@TRANCOUNT > 0 RAISERROR (N'STOP: a transaction is open.', 16, 1);
ELSE DROP AVAILABILITY GROUP [sales-link];
GO
DROP AVAILABILITY GROUP [ag_sales];
GO
ALTER DATABASE [sales] SET OFFLINE WITH ROLLBACK IMMEDIATE;
GO

-- Step 9. The instance serves now.
DECLARE @rc int, @operation_id nvarchar(36);
EXEC @rc = master.dbo.xp_milink_license_set @instance = N'prod', @hybrid_secondary_usage = N'Active', @wait_seconds = 60,
    @reason = N'one-way cutover of sales', @operation_id = @operation_id OUTPUT;
IF @rc <> 0 OR @rc IS NULL RAISERROR (N'The licence was not changed; the cutover stands. Try this step again later.', 16, 1);
GO

-- Step 10. Point the applications to the instance: fqdn of this row.
DECLARE @rc int;
EXEC @rc = master.dbo.xp_milink_instance_get @instance = N'prod';
IF @rc <> 0 OR @rc IS NULL RAISERROR (N'The instance could not be read.', 16, 1);
GO

-- Put back, before step 6: ALTER LOGIN [app_web] ENABLE; and the statement of step 4 with ASYNCHRONOUS_COMMIT on both lines.
