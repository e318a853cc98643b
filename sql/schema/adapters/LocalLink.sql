-- SPDX-License-Identifier: MIT
-- A row per link (distributed availability group) as this SQL Server sees it. What it knows of the other side is known only
-- while it is primary.
CREATE OR ALTER VIEW milink.LocalLink
AS
SELECT
    dag.name AS Link,
    own.name AS LocalGroup,                                          -- the availability group on this side
    theirs.replica_server_name AS PartnerGroup,
    mine.endpoint_url AS LocalEndpoint,
    theirs.endpoint_url AS PartnerEndpoint,
    here.role_desc AS Role,                                          -- PRIMARY, SECONDARY, RESOLVING; NULL: not known
    here.operational_state_desc AS OperationalState,
    here.synchronization_health_desc AS Health,                      -- of this side
    mine.availability_mode_desc AS LocalCommitMode,                  -- ASYNCHRONOUS_COMMIT, SYNCHRONOUS_COMMIT
    theirs.availability_mode_desc AS PartnerCommitMode,
    there.connected_state_desc AS PartnerConnected,                  -- CONNECTED, DISCONNECTED
    there.synchronization_health_desc AS PartnerHealth,
    COALESCE(there.last_connect_error_number, here.last_connect_error_number) AS ConnectErrorNumber,
    COALESCE(there.last_connect_error_description, here.last_connect_error_description) AS ConnectError,
    COALESCE(there.last_connect_error_timestamp, here.last_connect_error_timestamp) AS ConnectErrorAt,
    (SELECT COUNT(*) FROM sys.availability_replicas AS node WHERE node.group_id = own.group_id) AS LocalNodes
FROM sys.availability_groups AS dag
JOIN sys.availability_replicas AS mine ON mine.group_id = dag.group_id
JOIN sys.availability_groups AS own ON own.name = mine.replica_server_name AND own.is_distributed = 0
LEFT JOIN sys.availability_replicas AS theirs ON theirs.group_id = dag.group_id AND theirs.replica_id <> mine.replica_id
LEFT JOIN sys.dm_hadr_availability_replica_states AS here ON here.group_id = dag.group_id AND here.is_local = 1
LEFT JOIN sys.dm_hadr_availability_replica_states AS there ON there.group_id = dag.group_id AND there.is_local = 0
WHERE dag.is_distributed = 1;
GO
