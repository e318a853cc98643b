-- SPDX-License-Identifier: MIT
CREATE OR ALTER VIEW milink.LocalDatabase
AS
SELECT
    d.DatabaseName, 7 AS DatabaseId, CAST(CASE d.IsOffline WHEN 1 THEN N'OFFLINE' ELSE N'ONLINE' END AS nvarchar(60)) AS State,
    CAST(N'MULTI_USER' AS nvarchar(60)) AS UserAccess, CAST(0 AS bit) AS IsReadOnly,
    CAST(CASE WHEN l.LocalRole = N'PRIMARY' AND d.IsOffline = 0 THEN 1 ELSE 0 END AS bit) AS IsWritable, CAST(N'FULL' AS nvarchar(60)) AS RecoveryModel,
    160 AS CompatibilityLevel, CAST(N'Latin1_General_CI_AS' AS nvarchar(128)) AS Collation, CAST(0 AS bit) AS IsEncrypted,
    CAST(NULL AS nvarchar(32)) AS EncryptorType, CAST(0 AS bit) AS IsBrokerEnabled, CAST(0 AS bit) AS IsCdcEnabled, CAST(0 AS bit) AS IsPublished,
    CAST(0 AS bit) AS IsMergePublished, CAST(0 AS bit) AS IsSubscribed, CAST(0 AS bit) AS IsAutoClose, CAST(N'NOTHING' AS nvarchar(60)) AS LogReuseWait,
    CASE l.IsGroupLocal WHEN 1 THEN CAST('11111111-1111-1111-1111-111111111111' AS uniqueidentifier) END AS ReplicaId,
    CAST(N'sa' AS nvarchar(128)) AS OwnerName, 1 AS LogFiles, 0 AS ContainerFiles, CAST(1000000 AS bigint) AS DataBytes, CAST(1000000 AS bigint) AS LogBytes,
    CAST(DATEADD(HOUR, -5, milink.UtcNow()) AS datetime) AS FullBackupAt, CAST(DATEADD(HOUR, -1, milink.UtcNow()) AS datetime) AS LogBackupAt
FROM milinktest.LinkDatabase AS d
JOIN milinktest.Link AS l ON l.Link = d.Link;
GO
