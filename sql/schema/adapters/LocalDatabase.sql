-- SPDX-License-Identifier: MIT
-- User databases with what decides whether they can be linked and come back.
CREATE OR ALTER VIEW milink.LocalDatabase
AS
SELECT
    db.name AS DatabaseName,
    db.database_id AS DatabaseId,
    db.state_desc AS State,
    db.user_access_desc AS UserAccess,
    db.is_read_only AS IsReadOnly,
    CAST(CASE DATABASEPROPERTYEX(db.name, 'Updateability') WHEN 'READ_WRITE' THEN 1 ELSE 0 END AS bit) AS IsWritable,
    db.recovery_model_desc AS RecoveryModel,
    db.compatibility_level AS CompatibilityLevel,
    db.collation_name AS Collation,
    db.is_encrypted AS IsEncrypted,
    key_of.encryptor_type AS EncryptorType,              -- CERTIFICATE, ASYMMETRIC KEY (a key of Azure Key Vault)
    db.is_broker_enabled AS IsBrokerEnabled,
    db.is_cdc_enabled AS IsCdcEnabled,
    db.is_published AS IsPublished,
    db.is_merge_published AS IsMergePublished,
    db.is_subscribed AS IsSubscribed,
    db.is_auto_close_on AS IsAutoClose,
    db.log_reuse_wait_desc AS LogReuseWait,
    db.replica_id AS ReplicaId,                          -- NULL: in no availability group
    SUSER_SNAME(db.owner_sid) AS OwnerName,
    file_of.LogFiles,
    file_of.ContainerFiles,
    file_of.DataBytes,
    file_of.LogBytes,
    (SELECT MAX(b.backup_finish_date) FROM msdb.dbo.backupset AS b
     WHERE b.database_name = db.name AND b.type = 'D' AND b.is_copy_only = 0) AS FullBackupAt, -- server time, as msdb has it
    (SELECT MAX(b.backup_finish_date) FROM msdb.dbo.backupset AS b
     WHERE b.database_name = db.name AND b.type = 'L') AS LogBackupAt
FROM sys.databases AS db
LEFT JOIN sys.dm_database_encryption_keys AS key_of ON key_of.database_id = db.database_id
OUTER APPLY
(
    SELECT
        SUM(CASE WHEN f.type = 1 THEN 1 ELSE 0 END) AS LogFiles,
        SUM(CASE WHEN f.type = 2 THEN 1 ELSE 0 END) AS ContainerFiles, -- FILESTREAM, FileTable or memory-optimized
        SUM(CASE WHEN f.type = 0 THEN CAST(f.size AS bigint) * 8192 ELSE 0 END) AS DataBytes,
        SUM(CASE WHEN f.type = 1 THEN CAST(f.size AS bigint) * 8192 ELSE 0 END) AS LogBytes
    FROM sys.master_files AS f
    WHERE f.database_id = db.database_id
) AS file_of
WHERE db.database_id > 4 AND db.source_database_id IS NULL;
GO
