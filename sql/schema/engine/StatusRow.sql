-- SPDX-License-Identifier: MIT
-- The shape of #Status, which milink.ReadStatus fills: a row per link and database.
CREATE OR ALTER VIEW milink.StatusRow
AS
SELECT
    CAST(NULL AS nvarchar(128)) AS Link,
    CAST(NULL AS nvarchar(128)) AS DatabaseName,
    CAST(NULL AS nvarchar(20)) AS Verdict,
    CAST(NULL AS nvarchar(2048)) AS VerdictText,
    CAST(NULL AS nvarchar(60)) AS SqlServerRole,
    CAST(NULL AS nvarchar(60)) AS InstanceRole,
    CAST(NULL AS nvarchar(60)) AS SqlServerHealth,
    CAST(NULL AS nvarchar(60)) AS InstanceHealth,
    CAST(NULL AS nvarchar(60)) AS Connected,
    CAST(NULL AS nvarchar(128)) AS ReplicaState,
    CAST(NULL AS bigint) AS LagSeconds,
    CAST(NULL AS bigint) AS SendQueueKb,
    CAST(NULL AS bigint) AS RedoQueueKb,
    CAST(NULL AS numeric(25, 0)) AS SqlServerLsn,
    CAST(NULL AS numeric(25, 0)) AS InstanceLsn,
    CAST(NULL AS bit) AS LsnEqual,
    CAST(NULL AS datetime2(3)) AS SqlServerCommitAt,
    CAST(NULL AS datetime2(3)) AS InstanceCommitAt,
    CAST(NULL AS int) AS SeedingPercent,
    CAST(NULL AS datetime2(3)) AS SeedingEndsAt,
    CAST(NULL AS nvarchar(60)) AS FailoverMode,
    CAST(NULL AS nvarchar(60)) AS CommitMode,
    CAST(NULL AS nvarchar(32)) AS Licence,
    CAST(NULL AS int) AS SqlServerCertificateDays,
    CAST(NULL AS int) AS InstanceCertificateDays,
    CAST(NULL AS datetime2(3)) AS InstanceBackupAt,
    CAST(NULL AS nvarchar(400)) AS OpenNow,           -- a run, an operation
    CAST(NULL AS datetime2(3)) AS AsOf
WHERE 1 = 0;
GO
