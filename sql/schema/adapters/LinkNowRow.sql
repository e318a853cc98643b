-- SPDX-License-Identifier: MIT
-- The shape of #LinkNow, which milink.ReadLink fills: a row per database of a link, both sides beside each other.
CREATE OR ALTER VIEW milink.LinkNowRow
AS
SELECT
    CAST(NULL AS nvarchar(128)) AS DatabaseName,
    CAST(NULL AS nvarchar(60)) AS LocalRole,          -- of this SQL Server: PRIMARY, SECONDARY, RESOLVING
    CAST(NULL AS nvarchar(60)) AS InstanceRole,       -- of the Managed Instance, as Azure gives it: Primary, Secondary
    CAST(NULL AS nvarchar(60)) AS LocalHealth,
    CAST(NULL AS nvarchar(60)) AS InstanceHealth,     -- HEALTHY, PARTIALLY_HEALTHY, NOT_HEALTHY
    CAST(NULL AS nvarchar(60)) AS Connected,          -- CONNECTED, DISCONNECTED
    CAST(NULL AS nvarchar(60)) AS SyncState,
    CAST(NULL AS bit) AS IsSuspended,
    CAST(NULL AS numeric(25, 0)) AS LocalLsn,         -- last hardened, on each side
    CAST(NULL AS numeric(25, 0)) AS InstanceLsn,
    CAST(NULL AS datetime2(3)) AS LocalCommitAt,
    CAST(NULL AS datetime2(3)) AS InstanceCommitAt,
    CAST(NULL AS bigint) AS LagSeconds,
    CAST(NULL AS bigint) AS SendQueueKb,
    CAST(NULL AS bigint) AS RedoQueueKb,
    CAST(NULL AS nvarchar(128)) AS ReplicaState,      -- an open vocabulary: LinkSynchronizing, LinkFailoverInProgress and others
    CAST(NULL AS nvarchar(60)) AS FailoverMode,       -- Manual: it can come back; None: one-way
    CAST(NULL AS nvarchar(60)) AS ReplicationMode,
    CAST(NULL AS nvarchar(60)) AS SeedingMode,
    CAST(NULL AS int) AS SeedingPercent,
    CAST(NULL AS datetime2(3)) AS BackupAt,           -- the last backup that the instance took
    CAST(NULL AS nvarchar(128)) AS CertificateName,
    CAST(NULL AS datetime2(3)) AS CertificateExpiresAt,
    CAST(NULL AS nvarchar(2048)) AS LinkError
WHERE 1 = 0;
GO
