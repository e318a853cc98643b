-- SPDX-License-Identifier: MIT
-- needs: SQL Server 2022
/* Planned failover from the Managed Instance to SQL Server, the link kept, nothing lost: the way back after planned-to-azure.sql.
   SQL Server 2022 CU13 or later with the instance's update policy SQL Server 2022, or 2025 with 2025; the instance is primary. Azure starts it. */

-- Step 1. Where are we? The role here must be SECONDARY, there Primary; both sides HEALTHY, CONNECTED; failover_mode Manual.
USE master;
SELECT ag.name, rs.role_desc, rs.synchronization_health_desc
FROM sys.availability_groups AS ag
JOIN sys.dm_hadr_availability_replica_states AS rs ON rs.group_id = ag.group_id
WHERE rs.is_local = 1 AND ag.is_distributed = 1 AND ag.name = N'sales-link';
DECLARE @rc int;
EXEC @rc = master.dbo.xp_milink_link_get @instance = N'prod', @link = N'sales-link';
IF @rc <> 0 OR @rc IS NULL RAISERROR (N'STOP: the link could not be read from Azure.', 16, 1);
GO

-- Step 2. Stop the applications on the instance (SQL Server cannot do that for you).

-- Step 3. Nothing may be lost: last_hardened_lsn of the first set (here) and of the second (there) must be equal, and the same again in three runs
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

-- Step 4. Look first: the request that would be sent, and what would refuse it. Nothing is sent.
DECLARE @rc int;
EXEC @rc = master.dbo.xp_milink_link_failover @instance = N'prod', @link = N'sales-link', @failover_type = N'Planned', @expected_role = N'Primary',
    @what_if = 1;
IF @rc <> 0 OR @rc IS NULL RAISERROR (N'STOP: the failover would be refused.', 16, 1);
GO

-- Step 5. The point of no return. The request has an id, kept while this window is open, and printed: asked again with it, nothing is done twice.
IF OBJECT_ID(N'tempdb..#failover_request') IS NULL SELECT LOWER(CONVERT(nvarchar(36), NEWID())) AS request_id INTO #failover_request;
DECLARE @rc int, @operation_id nvarchar(36), @request_id nvarchar(36) = (SELECT request_id FROM #failover_request);
PRINT N'request ' + @request_id;
EXEC @rc = master.dbo.xp_milink_link_failover @instance = N'prod', @link = N'sales-link', @failover_type = N'Planned', @expected_role = N'Primary',
    @request_id = @request_id, @wait_seconds = 30, @reason = N'planned fail back of sales-link',
    @operation_id = @operation_id OUTPUT;
IF @rc <> 0 OR @rc IS NULL RAISERROR (N'STOP: run this step again in this window (the same request is never done twice) before anything else.', 16, 1);
PRINT @operation_id;
GO

-- Step 6. Repeat until the operation is Succeeded, the role here is PRIMARY and instance_role is Secondary.
DECLARE @rc int;
EXEC @rc = master.dbo.xp_milink_operation_list @instance = N'prod';
IF @rc <> 0 OR @rc IS NULL RAISERROR (N'STOP: the operation could not be read.', 16, 1);
EXEC @rc = master.dbo.xp_milink_link_get @instance = N'prod', @link = N'sales-link';
IF @rc <> 0 OR @rc IS NULL RAISERROR (N'STOP: the link could not be read from Azure.', 16, 1);
SELECT ag.name, rs.role_desc, DATABASEPROPERTYEX(N'sales', 'Updateability') AS sales_is
FROM sys.availability_groups AS ag
JOIN sys.dm_hadr_availability_replica_states AS rs ON rs.group_id = ag.group_id
WHERE rs.is_local = 1 AND ag.is_distributed = 1 AND ag.name = N'sales-link';
GO

-- Step 7. The instance only waits now: the free benefit applies again, if nothing else runs on it.
DECLARE @rc int, @operation_id nvarchar(36);
EXEC @rc = master.dbo.xp_milink_license_set @instance = N'prod', @hybrid_secondary_usage = N'Passive', @wait_seconds = 60,
    @reason = N'planned fail back of sales-link', @operation_id = @operation_id OUTPUT;
IF @rc <> 0 OR @rc IS NULL RAISERROR (N'The licence was not changed; the failover stands. Try this step again later.', 16, 1);
GO

-- Step 8. Point the applications to this SQL Server. Take log backups here again: the instance no longer does.
