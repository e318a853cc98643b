-- SPDX-License-Identifier: MIT
-- 501 to 510 and 601 to 604: the databases of the link, their backups and logs. The instance's side of a backup is in #LinkNow.
CREATE OR ALTER PROCEDURE milink.CheckDatabases
    @Link nvarchar(128)
AS
SET NOCOUNT ON;
DECLARE @WarnHours int = CONVERT(int, milink.SettingOf(@Link, N'BackupWarnHours')), @IsPrimary bit = 0;
SELECT @IsPrimary = 1 FROM milink.LocalLink WHERE Link = @Link AND Role = N'PRIMARY';
SELECT d.DatabaseName, d.State, d.RecoveryModel, d.LogFiles, d.ContainerFiles, d.IsEncrypted, d.EncryptorType, d.IsReadOnly, d.IsCdcEnabled,
    d.IsPublished, d.IsMergePublished, d.IsSubscribed, d.IsBrokerEnabled, d.IsAutoClose, d.LogReuseWait, d.FullBackupAt, d.LogBackupAt
INTO #Database
FROM milink.LocalDatabase AS d
JOIN milink.LocalLinkDatabase AS l ON l.DatabaseName = d.DatabaseName AND l.Link = @Link;
INSERT #Check (CheckId, Severity, Subject, Evidence, Fix)
SELECT 501, 'BLOCKED', DatabaseName, N'state is ' + State, N'ALTER DATABASE ' + QUOTENAME(DatabaseName) + N' SET ONLINE;'
FROM #Database
WHERE State <> N'ONLINE' AND @IsPrimary = 1
UNION ALL
SELECT 502, 'BLOCKED', DatabaseName, N'recovery model is ' + RecoveryModel, N'ALTER DATABASE ' + QUOTENAME(DatabaseName) + N' SET RECOVERY FULL;'
FROM #Database
WHERE RecoveryModel <> N'FULL'
UNION ALL
SELECT 503, 'BLOCKED', DatabaseName, N'log files: ' + CONVERT(nvarchar(11), LogFiles), N'-- Empty and remove all but one: ALTER DATABASE ' + QUOTENAME(DatabaseName) + N' REMOVE FILE ...;'
FROM #Database
WHERE LogFiles > 1
UNION ALL
SELECT 504, 'WARN', DatabaseName, N'containers: ' + CONVERT(nvarchar(11), ContainerFiles),
    N'-- FILESTREAM and FileTable must go; one memory-optimized container is taken by Business Critical alone.'
FROM #Database
WHERE ContainerFiles > 0
UNION ALL
SELECT 505, 'WARN', DatabaseName, N'encrypted by ' + ISNULL(EncryptorType, N'a key of unknown kind'),
    N'-- By a certificate: it must be on the instance. To come back: a key of Azure Key Vault that both sides can use.'
FROM #Database
WHERE IsEncrypted = 1
UNION ALL
SELECT 506, 'WARN', DatabaseName, N'is read-only', N'ALTER DATABASE ' + QUOTENAME(DatabaseName) + N' SET READ_WRITE;'
FROM #Database
WHERE IsReadOnly = 1
UNION ALL
SELECT 507, 'INFO', DatabaseName, N'change data capture is on', N'-- On the new primary: EXEC sys.sp_cdc_add_job ...;'
FROM #Database
WHERE IsCdcEnabled = 1
UNION ALL
SELECT 508, 'WARN', DatabaseName, N'is published or subscribed', N'-- Plan the replication anew: it does not follow the link.'
FROM #Database
WHERE IsPublished = 1 OR IsMergePublished = 1 OR IsSubscribed = 1
UNION ALL
SELECT 509, 'INFO', DatabaseName, N'Service Broker is ' + CASE IsBrokerEnabled WHEN 1 THEN N'on: conversations do not follow' ELSE N'off: it can never be used on the instance' END,
    N'-- Before the link is created: ALTER DATABASE ' + QUOTENAME(DatabaseName) + N' SET ENABLE_BROKER;'
FROM #Database
UNION ALL
SELECT 510, 'BLOCKED', DatabaseName, N'auto close is on', N'ALTER DATABASE ' + QUOTENAME(DatabaseName) + N' SET AUTO_CLOSE OFF;'
FROM #Database
WHERE IsAutoClose = 1
UNION ALL
SELECT 601, 'BLOCKED', DatabaseName, N'no full backup that is not COPY_ONLY', N'BACKUP DATABASE ' + QUOTENAME(DatabaseName) + N' TO DISK = N''...'' WITH CHECKSUM;'
FROM #Database
WHERE FullBackupAt IS NULL
UNION ALL
-- msdb has the server's own time.
SELECT 602, 'WARN', DatabaseName, N'last log backup: ' + ISNULL(CONVERT(nvarchar(30), LogBackupAt, 121), N'never'),
    N'BACKUP LOG ' + QUOTENAME(DatabaseName) + N' TO DISK = N''...'' WITH CHECKSUM;'
FROM #Database
WHERE @IsPrimary = 1 AND (LogBackupAt IS NULL OR LogBackupAt < DATEADD(HOUR, -@WarnHours, DATEADD(MINUTE, DATEDIFF(MINUTE, GETUTCDATE(), GETDATE()), milink.UtcNow())))
UNION ALL
SELECT 603, 'WARN', DatabaseName, N'log_reuse_wait_desc is AVAILABILITY_REPLICA', N'-- The instance does not receive: EXEC milink.Status @Link = ' + milink.Literal(@Link) + N';'
FROM #Database
WHERE LogReuseWait = N'AVAILABILITY_REPLICA';
INSERT #Check (CheckId, Severity, Subject, Evidence, Fix)
SELECT 604, CASE InstanceRole WHEN N'Primary' THEN 'BLOCKED' ELSE 'WARN' END, DatabaseName, N'the instance has taken no backup of it that Azure tells of',
    N'-- Wait for it before the link is dropped: the database can become unavailable otherwise.'
FROM #LinkNow
WHERE BackupAt IS NULL AND InstanceRole IS NOT NULL;
GO
