-- SPDX-License-Identifier: MIT
-- dynamic: each question is a statement of its own, so that one that fails does not end the script
/* What a real SQL Server gives an extended procedure. Run it in master as a member of sysadmin; the DLL's path is in the first statement. It registers the four
   procedures of the probe and asks; tempdb.dbo.milink_probe holds the answers and is the last result set. remove.sql takes both away. README.md: what it settles. */
USE master;
GO
SET NOCOUNT ON;
IF OBJECT_ID(N'tempdb.dbo.milink_probe') IS NOT NULL DROP TABLE tempdb.dbo.milink_probe;
CREATE TABLE tempdb.dbo.milink_probe (AnswerId int IDENTITY(1, 1) NOT NULL PRIMARY KEY, Question nvarchar(60) NOT NULL, Setting nvarchar(200) NOT NULL, Answer nvarchar(1200) NULL);
CREATE TABLE #Dll (DllPath nvarchar(260) NOT NULL);
INSERT #Dll (DllPath) VALUES (N'C:\milink-probe\xp_milink_probe.dll');
INSERT tempdb.dbo.milink_probe (Question, Setting, Answer) VALUES
    (N'server', N'version', @@VERSION),
    (N'server', N'collation', CONVERT(nvarchar(128), SERVERPROPERTY(N'Collation'))),
    (N'server', N'instance', ISNULL(CONVERT(nvarchar(128), SERVERPROPERTY(N'InstanceName')), N'default'));
GO
DECLARE @Name sysname, @Dll nvarchar(260) = (SELECT DllPath FROM #Dll);
DECLARE Names CURSOR LOCAL FAST_FORWARD FOR SELECT N FROM (VALUES (N'xp_milink_probe'), (N'xp_milink_probe_message'), (N'xp_milink_probe_types'), (N'xp_milink_probe_wait')) AS T (N);
OPEN Names;
FETCH NEXT FROM Names INTO @Name;
WHILE @@FETCH_STATUS = 0
BEGIN
    IF OBJECT_ID(N'master.dbo.' + @Name, N'X') IS NOT NULL EXEC sys.sp_dropextendedproc @Name;
    EXEC sys.sp_addextendedproc @Name, @Dll;
    FETCH NEXT FROM Names INTO @Name;
END;
CLOSE Names;
DEALLOCATE Names;
GO
-- 1. How arguments arrive, and what the host shows of itself: a statement a row, its rows kept through INSERT ... EXEC.
CREATE TABLE #Case (CaseId int IDENTITY(1, 1) NOT NULL PRIMARY KEY, Question nvarchar(60) NOT NULL, Setting nvarchar(200) NOT NULL, Statement nvarchar(max) NOT NULL);
INSERT #Case (Question, Setting, Statement) VALUES
    (N'host', N'no argument', N'EXEC master.dbo.xp_milink_probe;'),
    (N'argument', N'literals 1, 5000000000, N''a'', ''a'', 0x41, 1.5, NULL', N'EXEC master.dbo.xp_milink_probe 1, 5000000000, N''a'', ''a'', 0x41, 1.5, NULL;'),
    (N'argument', N'empty literals N'''', '''', 0x', N'EXEC master.dbo.xp_milink_probe N'''', '''', 0x;'),
    (N'argument', N'a word without quotes, DEFAULT', N'EXEC master.dbo.xp_milink_probe word, DEFAULT;'),
    (N'argument', N'variables: bit, tinyint, smallint, int, bigint', N'DECLARE @a bit = 1, @b tinyint = 2, @c smallint = 3, @d int = 4, @e bigint = 5; EXEC master.dbo.xp_milink_probe @a, @b, @c, @d, @e;'),
    (N'argument', N'variables that are NULL: int, nvarchar(10), varbinary(10)', N'DECLARE @a int, @b nvarchar(10), @c varbinary(10); EXEC master.dbo.xp_milink_probe @a, @b, @c;'),
    (N'argument', N'nvarchar(max) of 10, 4001, 100000 characters', N'DECLARE @a nvarchar(max) = REPLICATE(CONVERT(nvarchar(max), N''x''), 10), @b nvarchar(max) = REPLICATE(CONVERT(nvarchar(max), N''x''), 4001), @c nvarchar(max) = REPLICATE(CONVERT(nvarchar(max), N''x''), 100000); EXEC master.dbo.xp_milink_probe @a, @b, @c;'),
    (N'argument', N'varchar(max), varbinary(max) of 8001 bytes', N'DECLARE @a varchar(max) = REPLICATE(CONVERT(varchar(max), ''x''), 8001), @b varbinary(max) = CONVERT(varbinary(max), REPLICATE(CONVERT(varchar(max), ''x''), 8001)); EXEC master.dbo.xp_milink_probe @a, @b;'),
    (N'argument', N'xml, datetime2, uniqueidentifier, decimal', N'DECLARE @a xml = N''<a/>'', @b datetime2 = ''2026-01-02T03:04:05'', @c uniqueidentifier = ''00000000-0000-0000-0000-000000000001'', @d decimal(20, 0) = 5; EXEC master.dbo.xp_milink_probe @a, @b, @c, @d;'),
    (N'argument', N'named', N'EXEC master.dbo.xp_milink_probe @first = 1, @second = N''b'';'),
    (N'argument', N'named, the same twice', N'EXEC master.dbo.xp_milink_probe @first = 1, @first = 2;'),
    (N'argument', N'positional, then named', N'EXEC master.dbo.xp_milink_probe 1, @second = 2;'),
    (N'argument', N'OUTPUT: int, nvarchar(20), nvarchar(max)', N'DECLARE @a int, @b nvarchar(20), @c nvarchar(max); EXEC master.dbo.xp_milink_probe @first = @a OUTPUT, @second = @b OUTPUT, @third = @c OUTPUT;'),
    (N'argument', N'UTF-8 varchar (2019 and later)', N'DECLARE @a varchar(20) = N''gr'' + NCHAR(252) + N''n'' COLLATE Latin1_General_100_CI_AI_SC_UTF8; EXEC master.dbo.xp_milink_probe @a;'),
    (N'wait', N'1 second, undisturbed', N'EXEC master.dbo.xp_milink_probe_wait 1;');
CREATE TABLE #Row (RowId int IDENTITY(1, 1) NOT NULL PRIMARY KEY, Kind nvarchar(20) NULL, Item nvarchar(128) NULL, Value nvarchar(1000) NULL);
GO
DECLARE @Id int = 0, @Question nvarchar(60), @Setting nvarchar(200), @Statement nvarchar(max);
WHILE 1 = 1
BEGIN
    SELECT TOP (1) @Id = CaseId, @Question = Question, @Setting = Setting, @Statement = Statement FROM #Case WHERE CaseId > @Id ORDER BY CaseId;
    IF @@ROWCOUNT = 0 BREAK;
    TRUNCATE TABLE #Row;
    BEGIN TRY
        INSERT #Row (Kind, Item, Value) EXEC (@Statement);
        INSERT tempdb.dbo.milink_probe (Question, Setting, Answer)
        SELECT @Question, LEFT(@Setting + N': ' + ISNULL(Kind, N'') + N' ' + ISNULL(Item, N''), 200), Value
        FROM #Row
        WHERE @Question = N'host' OR Kind IN (N'argument', N'wait')
        ORDER BY RowId;
    END TRY
    BEGIN CATCH
        INSERT tempdb.dbo.milink_probe (Question, Setting, Answer) VALUES (@Question, @Setting, N'error ' + CONVERT(nvarchar(11), ERROR_NUMBER()) + N': ' + ERROR_MESSAGE());
    END CATCH;
END;
GO
-- 2. Messages: what TRY, @@ERROR, the return code and the next statement see of them. A bare one is a batch of its own: whether it ends is the question.
CREATE PROCEDURE #Bare @Severity int, @XactAbort bit
AS
BEGIN
    SET NOCOUNT ON;
    DECLARE @rc int, @Error int, @Setting nvarchar(200) = N'bare, severity ' + CONVERT(nvarchar(11), @Severity) + CASE @XactAbort WHEN 1 THEN N', XACT_ABORT ON' ELSE N', XACT_ABORT OFF' END;
    IF @XactAbort = 1 SET XACT_ABORT ON; ELSE SET XACT_ABORT OFF;
    INSERT tempdb.dbo.milink_probe (Question, Setting, Answer) VALUES (N'message', @Setting, N'the next statement did not run');
    EXEC @rc = master.dbo.xp_milink_probe_message @Severity, 7;
    SET @Error = @@ERROR;
    UPDATE tempdb.dbo.milink_probe
    SET Answer = N'the next statement ran, @@ERROR ' + CONVERT(nvarchar(11), @Error) + N', return code ' + ISNULL(CONVERT(nvarchar(11), @rc), N'NULL')
    WHERE Question = N'message' AND Setting = @Setting;
END;
GO
CREATE PROCEDURE #Caught @Severity int, @XactAbort bit
AS
BEGIN
    SET NOCOUNT ON;
    DECLARE @rc int, @Error int, @Setting nvarchar(200) = N'in TRY, severity ' + CONVERT(nvarchar(11), @Severity) + CASE @XactAbort WHEN 1 THEN N', XACT_ABORT ON' ELSE N', XACT_ABORT OFF' END, @Answer nvarchar(1200);
    IF @XactAbort = 1 SET XACT_ABORT ON; ELSE SET XACT_ABORT OFF;
    BEGIN TRANSACTION;
    BEGIN TRY
        EXEC @rc = master.dbo.xp_milink_probe_message @Severity, 7;
        SET @Error = @@ERROR;
        SET @Answer = N'the next statement ran, @@ERROR ' + CONVERT(nvarchar(11), @Error) + N', return code ' + ISNULL(CONVERT(nvarchar(11), @rc), N'NULL') + N', XACT_STATE ' + CONVERT(nvarchar(11), XACT_STATE());
    END TRY
    BEGIN CATCH
        SET @Answer = N'CATCH: error ' + CONVERT(nvarchar(11), ERROR_NUMBER()) + N', severity ' + CONVERT(nvarchar(11), ERROR_SEVERITY()) + N', return code ' + ISNULL(CONVERT(nvarchar(11), @rc), N'NULL') + N', XACT_STATE ' + CONVERT(nvarchar(11), XACT_STATE()) + N': ' + ERROR_MESSAGE();
    END CATCH;
    IF XACT_STATE() <> 0 ROLLBACK TRANSACTION;
    INSERT tempdb.dbo.milink_probe (Question, Setting, Answer) VALUES (N'message', @Setting, @Answer);
END;
GO
EXEC #Bare 0, 0;
GO
EXEC #Bare 10, 0;
GO
EXEC #Bare 11, 0;
GO
EXEC #Bare 16, 0;
GO
EXEC #Bare 0, 1;
GO
EXEC #Bare 10, 1;
GO
EXEC #Bare 11, 1;
GO
EXEC #Bare 16, 1;
GO
EXEC #Caught 0, 0;
GO
EXEC #Caught 10, 0;
GO
EXEC #Caught 11, 0;
GO
EXEC #Caught 16, 0;
GO
EXEC #Caught 0, 1;
GO
EXEC #Caught 10, 1;
GO
EXEC #Caught 11, 1;
GO
EXEC #Caught 16, 1;
GO
-- 3. Types of columns, and WITH RESULT SETS.
CREATE TABLE #Type (nvarchar_empty nvarchar(20) NULL, nvarchar_full nvarchar(8) NULL, int_null int NULL, bigint_full bigint NULL, bigint_null bigint NULL, guid uniqueidentifier NULL, guid_null uniqueidentifier NULL, bit_null bit NULL, varbinary_null varbinary(16) NULL);
BEGIN TRY
    INSERT #Type EXEC master.dbo.xp_milink_probe_types;
    INSERT tempdb.dbo.milink_probe (Question, Setting, Answer)
    SELECT N'type', N'INSERT ... EXEC of a row of each', N'empty nvarchar ' + ISNULL(N'''' + nvarchar_empty + N'''', N'NULL') + N', bigint ' + ISNULL(CONVERT(nvarchar(20), bigint_full), N'NULL') + N', bigint null ' + ISNULL(CONVERT(nvarchar(20), bigint_null), N'NULL')
        + N', guid ' + ISNULL(CONVERT(nvarchar(36), guid), N'NULL') + N', guid null ' + ISNULL(CONVERT(nvarchar(36), guid_null), N'NULL')
    FROM #Type;
END TRY
BEGIN CATCH
    INSERT tempdb.dbo.milink_probe (Question, Setting, Answer) VALUES (N'type', N'INSERT ... EXEC of a row of each', N'error ' + CONVERT(nvarchar(11), ERROR_NUMBER()) + N': ' + ERROR_MESSAGE());
END CATCH;
GO
BEGIN TRY
    EXEC master.dbo.xp_milink_probe WITH RESULT SETS ((Kind nvarchar(20), Item nvarchar(128), Value nvarchar(1000)));
    INSERT tempdb.dbo.milink_probe (Question, Setting, Answer) VALUES (N'type', N'WITH RESULT SETS', N'taken');
END TRY
BEGIN CATCH
    INSERT tempdb.dbo.milink_probe (Question, Setting, Answer) VALUES (N'type', N'WITH RESULT SETS', N'error ' + CONVERT(nvarchar(11), ERROR_NUMBER()) + N': ' + ERROR_MESSAGE());
END CATCH;
GO
-- 4. Who calls: the fields of the connection as another login, in EXECUTE AS LOGIN and EXECUTE AS USER.
IF SUSER_ID(N'milink_first_contact') IS NOT NULL DROP LOGIN milink_first_contact;
DECLARE @Statement nvarchar(400) = N'CREATE LOGIN milink_first_contact WITH PASSWORD = N''Aa1!' + CONVERT(nvarchar(80), CRYPT_GEN_RANDOM(24), 2) + N''';';
EXEC (@Statement);
IF DATABASE_PRINCIPAL_ID(N'milink_first_contact') IS NOT NULL DROP USER milink_first_contact;
CREATE USER milink_first_contact FOR LOGIN milink_first_contact;
GRANT EXECUTE ON OBJECT::dbo.xp_milink_probe TO milink_first_contact;
CREATE TABLE #Who (Kind nvarchar(20) NULL, Item nvarchar(128) NULL, Value nvarchar(1000) NULL);
GO
BEGIN TRY
    EXECUTE AS LOGIN = N'milink_first_contact';
    INSERT #Who (Kind, Item, Value) EXEC master.dbo.xp_milink_probe;
    REVERT;
    INSERT tempdb.dbo.milink_probe (Question, Setting, Answer) SELECT N'caller', N'EXECUTE AS LOGIN: ' + Item, Value FROM #Who WHERE Kind IN (N'field', N'token') AND (Item LIKE N'%USER%' OR Item LIKE N'%LOGIN%' OR Item LIKE N'%LSECURE%' OR Item LIKE N'%SAXP%' OR Kind = N'token');
END TRY
BEGIN CATCH
    IF ORIGINAL_LOGIN() <> SUSER_SNAME() REVERT;
    INSERT tempdb.dbo.milink_probe (Question, Setting, Answer) VALUES (N'caller', N'EXECUTE AS LOGIN', N'error ' + CONVERT(nvarchar(11), ERROR_NUMBER()) + N': ' + ERROR_MESSAGE());
END CATCH;
TRUNCATE TABLE #Who;
GO
BEGIN TRY
    EXECUTE AS USER = N'milink_first_contact';
    INSERT #Who (Kind, Item, Value) EXEC master.dbo.xp_milink_probe;
    REVERT;
    INSERT tempdb.dbo.milink_probe (Question, Setting, Answer) SELECT N'caller', N'EXECUTE AS USER: ' + Item, Value FROM #Who WHERE Kind IN (N'field', N'token') AND (Item LIKE N'%USER%' OR Item LIKE N'%LOGIN%' OR Kind = N'token');
END TRY
BEGIN CATCH
    IF ORIGINAL_LOGIN() <> SUSER_SNAME() REVERT;
    INSERT tempdb.dbo.milink_probe (Question, Setting, Answer) VALUES (N'caller', N'EXECUTE AS USER', N'error ' + CONVERT(nvarchar(11), ERROR_NUMBER()) + N': ' + ERROR_MESSAGE());
END CATCH;
GO
DROP USER milink_first_contact;
DROP LOGIN milink_first_contact;
GO
SELECT AnswerId, Question, Setting, Answer FROM tempdb.dbo.milink_probe ORDER BY AnswerId;
GO
