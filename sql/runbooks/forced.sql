-- SPDX-License-Identifier: MIT
-- needs: SQL Server 2022
/* Forced failover: one side is lost and the other must serve. What the lost side had committed and not sent is gone. Not for drills, and not while
   both sides are healthy: planned-to-azure.sql and planned-to-sql-server.sql lose nothing. SQL Server 2022 CU13 or later, or 2025.

   The agent lives on SQL Server's host. When that host is what was lost, run part A through milink-agent on another machine, or on the instance:
   ALTER AVAILABILITY GROUP [sales-link] FORCE_FAILOVER_ALLOW_DATA_LOSS; */

-- A. To Azure: SQL Server was primary, and cannot serve.

-- Step A1. What is lost: what came after last_hardened_lsn and last_commit_time of these rows.
USE master;
DECLARE @rc int;
EXEC @rc = master.dbo.xp_milink_link_get @instance = N'prod', @link = N'sales-link';
IF @rc <> 0 OR @rc IS NULL RAISERROR (N'STOP: the link could not be read from Azure.', 16, 1);
GO

-- Step A2. The applications must not reach the old side when it comes back. Where SQL Server still answers, disable their logins.
ALTER LOGIN [app_web] DISABLE;
GO

-- Step A3. The point of no return.
IF OBJECT_ID(N'tempdb..#forced_request') IS NULL SELECT LOWER(CONVERT(nvarchar(36), NEWID())) AS request_id INTO #forced_request;
DECLARE @rc int, @operation_id nvarchar(36), @request_id nvarchar(36) = (SELECT request_id FROM #forced_request);
PRINT N'request ' + @request_id;
EXEC @rc = master.dbo.xp_milink_link_failover @instance = N'prod', @link = N'sales-link', @failover_type = N'ForcedAllowDataLoss',
    @confirm = N'LOSE DATA ON sales-link', @request_id = @request_id, @wait_seconds = 60,
    @reason = N'SQL Server lost', @operation_id = @operation_id OUTPUT;
IF @rc <> 0 OR @rc IS NULL RAISERROR (N'STOP: run this step again in this window (the same request is never done twice) before anything else.', 16, 1);
GO

-- Step A4. instance_role must be Primary. Then the licence: the instance serves.
DECLARE @rc int, @operation_id nvarchar(36);
EXEC @rc = master.dbo.xp_milink_link_get @instance = N'prod', @link = N'sales-link';
IF @rc <> 0 OR @rc IS NULL RAISERROR (N'STOP: the link could not be read from Azure.', 16, 1);
EXEC @rc = master.dbo.xp_milink_license_set @instance = N'prod', @hybrid_secondary_usage = N'Active', @wait_seconds = 60,
    @reason = N'SQL Server lost', @operation_id = @operation_id OUTPUT;
IF @rc <> 0 OR @rc IS NULL RAISERROR (N'The licence was not changed; the failover stands. Try again later.', 16, 1);
GO

-- Step A5. When SQL Server comes back it still thinks that it is primary: two primaries. Before anything connects to it, save what was not sent ...
BACKUP LOG [sales] TO DISK = N'sales-tail.trn' WITH CHECKSUM;
GO
-- ... and make it secondary. Its own changes since the last hardened LSN are then lost, but for that backup.
IF @@TRANCOUNT > 0 RAISERROR (N'STOP: a transaction is open.', 16, 1);
ELSE ALTER AVAILABILITY GROUP [sales-link] SET (ROLE = SECONDARY);
GO

-- B. To SQL Server: the instance was primary, and it or its region cannot serve.

-- Step B1. What is lost: what came after last_hardened_lsn and last_commit_time of these rows.
SELECT db.name, drs.last_hardened_lsn, drs.last_commit_time, drs.synchronization_state_desc
FROM sys.dm_hadr_database_replica_states AS drs
JOIN sys.databases AS db ON db.database_id = drs.database_id
JOIN sys.availability_groups AS ag ON ag.group_id = drs.group_id
WHERE ag.is_distributed = 1 AND ag.name = N'sales-link' AND drs.is_local = 1;
GO

-- Step B2. The point of no return. Not inside a transaction. Azure has no request for this: the statement is the only way.
IF @@TRANCOUNT > 0 RAISERROR (N'STOP: a transaction is open.', 16, 1);
ELSE ALTER AVAILABILITY GROUP [sales-link] FORCE_FAILOVER_ALLOW_DATA_LOSS;
GO

-- Step B3. PRIMARY and READ_WRITE.
SELECT ag.name, rs.role_desc, DATABASEPROPERTYEX(N'sales', 'Updateability') AS sales_is
FROM sys.availability_groups AS ag
JOIN sys.dm_hadr_availability_replica_states AS rs ON rs.group_id = ag.group_id
WHERE rs.is_local = 1 AND ag.is_distributed = 1 AND ag.name = N'sales-link';
GO

-- Step B4. When the instance comes back it still thinks that it is primary. Save what was not sent (a COPY_ONLY backup, on the instance), then:
IF OBJECT_ID(N'tempdb..#role_request') IS NULL SELECT LOWER(CONVERT(nvarchar(36), NEWID())) AS request_id INTO #role_request;
DECLARE @rc int, @operation_id nvarchar(36), @request_id nvarchar(36) = (SELECT request_id FROM #role_request);
PRINT N'request ' + @request_id;
EXEC @rc = master.dbo.xp_milink_link_set_role @instance = N'prod', @link = N'sales-link', @role = N'Secondary', @change_type = N'Forced',
    @confirm = N'LOSE DATA ON sales-link', @request_id = @request_id, @wait_seconds = 60,
    @reason = N'the instance came back after a forced failover', @operation_id = @operation_id OUTPUT;
IF @rc <> 0 OR @rc IS NULL RAISERROR (N'STOP: run this step again in this window (the same request is never done twice) before anything else.', 16, 1);
GO
