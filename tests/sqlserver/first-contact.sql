-- SPDX-License-Identifier: MIT
-- dynamic: each question is a statement of its own, so that one that fails does not end the script
/* For a real SQL Server, once: settles what stand-ins cannot. Run it in master as a member of sysadmin, after milink-install.sql, with the agent running
   against the simulator (tools/rehearse) or a real instance. It changes no link. It makes a login without rights, milink_first_contact, and drops it.
   The last set is the answer: a row a question; send it with SELECT @@VERSION. */
USE master;
GO
SET NOCOUNT ON;
DECLARE @Answer TABLE (QuestionId int IDENTITY(1, 1) NOT NULL PRIMARY KEY, Question nvarchar(200) NOT NULL, Answer nvarchar(2048) NULL, IsAsExpected bit NOT NULL);
DECLARE @Question TABLE (QuestionId int IDENTITY(1, 1) NOT NULL PRIMARY KEY, Question nvarchar(200) NOT NULL, Statement nvarchar(max) NOT NULL, Expected int NOT NULL);
DECLARE @Id int = 0, @Text nvarchar(200), @Statement nvarchar(max), @Expected int, @Number int, @Message nvarchar(2048);

IF SUSER_ID(N'milink_first_contact') IS NOT NULL DROP LOGIN milink_first_contact;
SET @Statement = N'CREATE LOGIN milink_first_contact WITH PASSWORD = N''Aa1!' + CONVERT(nvarchar(80), CRYPT_GEN_RANDOM(24), 2) + N''';';
EXEC (@Statement);
IF DATABASE_PRINCIPAL_ID(N'milink_first_contact') IS NOT NULL DROP USER milink_first_contact;
CREATE USER milink_first_contact FOR LOGIN milink_first_contact;
ALTER ROLE milink_operator ADD MEMBER milink_first_contact;

-- Expected: the number of the error, 0 for none.
INSERT @Question (Question, Statement, Expected) VALUES
    (N'views: the server', N'SELECT ServerName, MajorVersion, Build FROM milink.LocalServer;', 0),
    (N'views: links', N'SELECT Link, Role, LocalGroup, PartnerGroup FROM milink.LocalLink;', 0),
    (N'views: databases of links', N'SELECT Link, DatabaseName, HardenedLsn FROM milink.LocalLinkDatabase;', 0),
    (N'views: seeding', N'SELECT DatabaseName, IsSource FROM milink.LocalSeeding;', 0),
    (N'views: databases', N'SELECT DatabaseName, RecoveryModel, LogFiles FROM milink.LocalDatabase;', 0),
    (N'views: endpoint and certificates', N'SELECT EndpointName, CertificateThumbprint FROM milink.LocalEndpoint; SELECT CertificateName FROM milink.LocalCertificate;', 0),
    (N'views: sessions, logins, jobs, linked servers', N'SELECT SessionId FROM milink.LocalSession; SELECT LoginName FROM milink.LocalLogin; SELECT JobName FROM milink.LocalJob; SELECT ServerName FROM milink.LocalLinkedServer;', 0),
    (N'INSERT ... EXEC of an extended procedure gives typed rows', N'SELECT * INTO #XpVersion FROM milink.XpVersionRow; EXEC milink.XpVersion; IF NOT EXISTS (SELECT 1 FROM #XpVersion WHERE agent_version IS NOT NULL) THROW 59999, N''no row'', 1;', 0),
    (N'the error of an extended procedure is thrown by its number', N'SELECT * INTO #XpLinkGet FROM milink.XpLinkGetRow; EXEC milink.XpLinkGet @Link = N''no link of this name'';', 50601),
    (N'a transaction is refused', N'BEGIN TRANSACTION; EXEC milink.Resume;', 50702),
    (N'INSERT ... EXEC around a procedure that acts is refused', N'CREATE TABLE #Any (A int); INSERT #Any EXEC milink.Resume;', 50702),
    (N'the lock is the session''s and is given back', N'DECLARE @Taken bit; EXEC milink.TakeLock N''first-contact'', @Taken OUTPUT; EXEC milink.ReleaseLock N''first-contact''; IF @Taken = 0 THROW 59999, N''not taken'', 1;', 0),
    (N'an availability-group statement runs from inside procedures (there is no group of that name: its own error comes back)', N'EXEC milink.ExecuteStatement N''ALTER AVAILABILITY GROUP [milink-first-contact] FAILOVER;'';', 15151),
    (N'an operator without rights reads through the signature', N'EXECUTE AS LOGIN = N''milink_first_contact''; EXEC milink.Status; REVERT;', 0),
    (N'and sees the help', N'EXECUTE AS LOGIN = N''milink_first_contact''; EXEC milink.Help N''Switchover''; REVERT;', 0),
    (N'and cannot call a bare procedure', N'EXECUTE AS LOGIN = N''milink_first_contact''; EXEC master.dbo.xp_milink_version; REVERT;', 229),
    (N'nor what is below the procedures', N'EXECUTE AS LOGIN = N''milink_first_contact''; EXEC milink.ExecuteStatement N''SELECT 1;''; REVERT;', 229),
    (N'nor force a failover', N'EXECUTE AS LOGIN = N''milink_first_contact''; EXEC milink.ForceFailover; REVERT;', 229),
    (N'the jobs can be made', N'EXEC milink.CreateJobs @Execute = ''N'';', 0);

WHILE 1 = 1
BEGIN
    SELECT TOP (1) @Id = QuestionId, @Text = Question, @Statement = Statement, @Expected = Expected FROM @Question WHERE QuestionId > @Id ORDER BY QuestionId;
    IF @@ROWCOUNT = 0 BREAK;
    SELECT @Number = 0, @Message = N'done';
    BEGIN TRY
        EXEC (@Statement);
    END TRY
    BEGIN CATCH
        SELECT @Number = ERROR_NUMBER(), @Message = CONVERT(nvarchar(11), ERROR_NUMBER()) + N': ' + ERROR_MESSAGE();
        IF @@TRANCOUNT > 0 ROLLBACK;
        IF ORIGINAL_LOGIN() <> SUSER_SNAME() REVERT;
    END CATCH;
    INSERT @Answer (Question, Answer, IsAsExpected) VALUES (@Text, @Message, CASE @Number WHEN @Expected THEN 1 ELSE 0 END);
END;
DROP USER milink_first_contact;
DROP LOGIN milink_first_contact;
SELECT QuestionId, CASE IsAsExpected WHEN 1 THEN N'as expected' ELSE N'DIFFERENT' END AS Verdict, Question, Answer FROM @Answer ORDER BY QuestionId;
GO
