-- SPDX-License-Identifier: MIT
/* Takes milink out of master: jobs and alerts, procedures, views, tables, roles, the signing certificate and its login, the registration of the
   xp_milink_* procedures, the messages. Links, logins, endpoints and certificates of yours are not touched. The agent and the DLL are removed
   by their installer, after this. With @PrintOnly = 1 it prints what it would run, and runs nothing. */
USE master;
GO
SET NOCOUNT ON;
DECLARE
    @PrintOnly bit = 1,    -- 0: do it
    @KeepHistory bit = 1;  -- 0: the tables too: settings, hooks, runs and their proof

DECLARE @Statement nvarchar(max), @Ordinal int = 0, @Open int = 0;
DECLARE @Todo TABLE (Ordinal int IDENTITY(1, 1) NOT NULL PRIMARY KEY, Statement nvarchar(max) NOT NULL);

IF OBJECT_ID(N'milink.Run', N'U') IS NOT NULL
    EXEC sys.sp_executesql N'SELECT @Open = COUNT(*) FROM milink.Run WHERE State IN (''Running'', ''Open'');', N'@Open int OUTPUT', @Open OUTPUT;
IF @Open > 0
BEGIN
    RAISERROR (N'milink: a run is not at its end. Finish it with milink.Resume or milink.Abort, then uninstall.', 16, 1);
    RETURN;
END;

INSERT @Todo (Statement)
SELECT N'EXEC msdb.dbo.sp_delete_alert @name = N''' + REPLACE(name, N'''', N'''''') + N''';' FROM msdb.dbo.sysalerts WHERE name LIKE N'milink - %';
INSERT @Todo (Statement)
SELECT N'EXEC msdb.dbo.sp_delete_job @job_name = N''' + REPLACE(name, N'''', N'''''') + N''';' FROM msdb.dbo.sysjobs WHERE name LIKE N'milink - %';
-- Foreign keys between the tables: the one that refers goes first.
INSERT @Todo (Statement)
SELECT N'DROP ' + CASE WHEN o.type = 'P' THEN N'PROCEDURE' WHEN o.type = 'V' THEN N'VIEW' WHEN o.type IN ('FN', 'IF', 'TF') THEN N'FUNCTION' ELSE N'TABLE' END
    + N' milink.' + QUOTENAME(o.name) + N';'
FROM sys.objects AS o
WHERE o.schema_id = SCHEMA_ID(N'milink') AND (o.type IN ('P', 'V', 'FN', 'IF', 'TF') OR o.type = 'U' AND @KeepHistory = 0)
ORDER BY CASE o.type WHEN 'P' THEN 1 WHEN 'V' THEN 2 WHEN 'U' THEN 4 ELSE 3 END,
    (SELECT COUNT(*) FROM sys.foreign_keys AS k WHERE k.referenced_object_id = o.object_id), o.name;
INSERT @Todo (Statement)
SELECT N'ALTER ROLE ' + QUOTENAME(r.name) + N' DROP MEMBER ' + QUOTENAME(m.name) + N';'
FROM sys.database_role_members AS x
JOIN sys.database_principals AS r ON r.principal_id = x.role_principal_id
JOIN sys.database_principals AS m ON m.principal_id = x.member_principal_id
WHERE r.name IN (N'milink_reader', N'milink_operator', N'milink_admin');
INSERT @Todo (Statement)
SELECT N'DROP ROLE ' + QUOTENAME(name) + N';' FROM sys.database_principals WHERE type = 'R' AND name IN (N'milink_reader', N'milink_operator', N'milink_admin');
IF @KeepHistory = 0 AND SCHEMA_ID(N'milink') IS NOT NULL INSERT @Todo (Statement) VALUES (N'DROP SCHEMA milink;');
IF EXISTS (SELECT 1 FROM msdb.sys.database_principals WHERE name = N'milink_signer')
    INSERT @Todo (Statement) VALUES (N'EXEC msdb.sys.sp_executesql N''DROP USER milink_signer;'';');
IF SUSER_ID(N'milink_signer') IS NOT NULL INSERT @Todo (Statement) VALUES (N'DROP LOGIN milink_signer;');
IF CERT_ID(N'milink_signer') IS NOT NULL INSERT @Todo (Statement) VALUES (N'DROP CERTIFICATE milink_signer;');
INSERT @Todo (Statement)
SELECT N'EXEC sys.sp_dropextendedproc @functname = N''' + REPLACE(name, N'''', N'''''') + N''';'
FROM sys.objects
WHERE type = 'X' AND schema_id = SCHEMA_ID(N'dbo') AND name LIKE N'xp[_]milink[_]%'
ORDER BY name;
IF EXISTS (SELECT 1 FROM sys.objects WHERE type = 'X' AND name LIKE N'xp[_]milink[_]%')
    INSERT @Todo (Statement) VALUES (N'DBCC xp_milink (FREE);');
INSERT @Todo (Statement)
SELECT DISTINCT N'EXEC sys.sp_dropmessage @msgnum = ' + CONVERT(nvarchar(11), message_id) + N', @lang = N''all'';'
FROM sys.messages
WHERE message_id BETWEEN 50500 AND 50799 AND text LIKE N'milink: %';

WHILE 1 = 1
BEGIN
    SELECT TOP (1) @Ordinal = Ordinal, @Statement = Statement FROM @Todo WHERE Ordinal > @Ordinal ORDER BY Ordinal;
    IF @@ROWCOUNT = 0 BREAK;
    PRINT @Statement;
    IF @PrintOnly = 0 EXEC (@Statement);
END;
PRINT CASE
    WHEN @PrintOnly = 1 THEN N'-- Nothing was done: set @PrintOnly = 0 to run these.'
    WHEN @KeepHistory = 1 THEN N'-- Done. The tables in schema milink are kept: settings, hooks and the history of runs.'
    ELSE N'-- Done.' END;
GO
