-- SPDX-License-Identifier: MIT
-- A row per link and database as this SQL Server sees it. Hardened LSNs are numbers of 25 digits, as Azure gives them too.
-- The partner's columns are filled only while this side is primary.
CREATE OR ALTER VIEW milink.LocalLinkDatabase
AS
SELECT
    dag.name AS Link,
    db.name AS DatabaseName,
    db.database_id AS DatabaseId,
    here.synchronization_state_desc AS SyncState,
    here.synchronization_health_desc AS Health,
    here.database_state_desc AS DatabaseState,
    here.is_suspended AS IsSuspended,
    here.suspend_reason_desc AS SuspendReason,
    here.last_hardened_lsn AS HardenedLsn,
    here.end_of_log_lsn AS EndOfLogLsn,
    here.last_commit_time AS CommitTime,
    here.redo_queue_size AS RedoQueueKb,
    there.last_hardened_lsn AS PartnerHardenedLsn,
    there.last_sent_lsn AS PartnerSentLsn,
    there.last_commit_time AS PartnerCommitTime,
    there.log_send_queue_size AS LogSendQueueKb,
    there.log_send_rate AS LogSendRateKb,
    there.redo_queue_size AS PartnerRedoQueueKb,
    COALESCE(there.secondary_lag_seconds, here.secondary_lag_seconds) AS LagSeconds
FROM sys.availability_groups AS dag
JOIN sys.dm_hadr_database_replica_states AS here ON here.group_id = dag.group_id AND here.is_local = 1
JOIN sys.databases AS db ON db.database_id = here.database_id
LEFT JOIN sys.dm_hadr_database_replica_states AS there
    ON there.group_id = dag.group_id AND there.database_id = here.database_id AND there.is_local = 0
WHERE dag.is_distributed = 1;
GO
