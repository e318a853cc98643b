-- SPDX-License-Identifier: MIT
-- milink.Validate: the verdict, the evidence, the fix, and what is not known.
CREATE PROCEDURE milinktest.Finds
    @Action varchar(12),
    @CheckId int,
    @Severity varchar(8),
    @Evidence nvarchar(400),
    @Fix nvarchar(400) = N'%'
AS
SET NOCOUNT ON;
DECLARE @Is nvarchar(max), @Mends nvarchar(max), @What nvarchar(100) = N'check ' + CONVERT(nvarchar(11), @CheckId);
SELECT * INTO #Check FROM milink.CheckRow;
EXEC milink.RunChecks @Action, NULL, N'sales-link';
SELECT TOP (1) @Is = Severity + N' ' + Evidence, @Mends = Fix FROM #Check WHERE CheckId = @CheckId ORDER BY Severity;
SET @Evidence = @Severity + N' ' + @Evidence;
EXEC milinktest.Like_ @Evidence, @Is, @What;
IF @Fix <> N'%' EXEC milinktest.Like_ @Fix, @Mends, @What;
DROP TABLE #Check;
GO
CREATE PROCEDURE milinktest.[test validate: a healthy link is ready]
AS
SET NOCOUNT ON;
DECLARE @rc int, @Verdict varchar(8), @Text nvarchar(400);
EXEC @rc = milink.Validate @Verdict = @Verdict OUTPUT, @LogToTable = 'Y';
EXEC milinktest.Equal N'0', @rc, N'return code';
EXEC milinktest.Equal N'READY', @Verdict, N'verdict';
SELECT @Text = CONVERT(nvarchar(11), COUNT(DISTINCT CheckId)) FROM milink.CheckResult WHERE Severity IN ('BLOCKED', 'WARN');
EXEC milinktest.Equal N'0', @Text, N'findings kept';
SELECT @Text = CASE WHEN COUNT(DISTINCT CheckId) >= 40 THEN N'yes' ELSE CONVERT(nvarchar(11), COUNT(DISTINCT CheckId)) END FROM milink.CheckResult;
EXEC milinktest.Equal N'yes', @Text, N'at least 40 checks made';
GO
CREATE PROCEDURE milinktest.[test validate: the catalogue has each check once]
AS
SET NOCOUNT ON;
DECLARE @Text nvarchar(400);
SELECT @Text = CONVERT(nvarchar(11), COUNT(*) - COUNT(DISTINCT CheckId)) + N' ' + CASE WHEN COUNT(*) >= 40 THEN N'enough' ELSE N'too few' END FROM milink.CheckCatalogue;
EXEC milinktest.Equal N'0 enough', @Text, N'double ids, checks';
GO
CREATE PROCEDURE milinktest.[test validate: versions decide the way]
AS
SET NOCOUNT ON;
UPDATE milinktest.World SET Major = 16, Build = 4105;
EXEC milinktest.Finds 'Switchover', 202, 'BLOCKED', N'this is 16.0.4105.1, and FAILOVER on a link came with 16.0.4125.3 (2022 CU13)', N'%milink.Cutover%';
UPDATE milinktest.World SET Major = 15, Build = 4312;
EXEC milinktest.Finds 'Switchover', 202, 'BLOCKED', N'this is 15.0.4312.1, which has no way back%', N'%milink.Cutover is the way%';
UPDATE milinktest.World SET Major = 13, Build = 6300;
EXEC milinktest.Finds 'Cutover', 201, 'BLOCKED', N'this is 13.0.6300.1; it takes 13.0.7000.253%';
UPDATE milinktest.World SET Major = 17, Build = 1000;
EXEC milinktest.Finds 'Switchover', 202, 'OK', N'%';
GO
CREATE PROCEDURE milinktest.[test validate: the link]
AS
SET NOCOUNT ON;
UPDATE milinktest.Link SET FailoverMode = N'None';
EXEC milinktest.Finds 'Switchover', 309, 'WARN', N'failover_mode is None: this link goes one way, to Azure';
UPDATE milinktest.Link SET ReplicaState = N'LinkInitError';
EXEC milinktest.Finds 'Switchover', 307, 'BLOCKED', N'LinkInitError%';
UPDATE milinktest.Link SET ReplicaState = N'CreatingLink', Connected = N'DISCONNECTED';
EXEC milinktest.Finds 'Switchover', 306, 'BLOCKED', N'replica_state is CreatingLink';
EXEC milinktest.Finds 'Switchover', 303, 'BLOCKED', N'connected_state is DISCONNECTED%';
UPDATE milinktest.LinkDatabase SET IsSuspended = 1;
EXEC milinktest.Finds 'Switchover', 308, 'BLOCKED', N'data movement is suspended', N'ALTER DATABASE [[]sales] SET HADR RESUME;';
UPDATE milinktest.Link SET InstanceRole = N'Primary';
EXEC milinktest.Finds 'Force', 301, 'WARN', N'SQL Server is PRIMARY and the instance is Primary';
UPDATE milinktest.Link SET LocalCommitMode = N'SYNCHRONOUS_COMMIT';
EXEC milinktest.Finds 'Switchover', 311, 'WARN', N'here SYNCHRONOUS_COMMIT, partner ASYNCHRONOUS_COMMIT', N'ALTER AVAILABILITY GROUP [[]sales-link] MODIFY AVAILABILITY GROUP ON N''ag_sales''%';
GO
CREATE PROCEDURE milinktest.[test validate: certificates are compared by thumbprint]
AS
SET NOCOUNT ON;
UPDATE milinktest.Certificates SET ThumbprintThere = N'0F0F';
EXEC milinktest.Finds 'Switchover', 705, 'BLOCKED', N'thumbprint 0102 is not among the certificates on the instance: 1', N'%xp_milink_certificate_put @name = N''Cert_BOX_endpoint''%';
UPDATE milinktest.Certificates SET ThumbprintThere = N'0x0102';
EXEC milinktest.Finds 'Switchover', 705, 'OK', N'%';
UPDATE milinktest.Certificates SET HasRoots = 0, ExpiresAt = '20261201';
EXEC milinktest.Finds 'Switchover', 707, 'BLOCKED', N'the root certificate is not in master';
EXEC milinktest.Finds 'Switchover', 704, 'WARN', N'ends in 5 days';
UPDATE milinktest.Certificates SET ExpiresAt = '20261101';
EXEC milinktest.Finds 'Switchover', 704, 'BLOCKED', N'ends in -25 days';
GO
CREATE PROCEDURE milinktest.[test validate: the agent's own findings count]
AS
SET NOCOUNT ON;
INSERT milinktest.Health (area, check_name, status, evidence, action) VALUES (N'permission', N'failover', N'FAIL', N'the action .../failover/action is not granted', N'grant it');
EXEC milinktest.Finds 'Switchover', 102, 'BLOCKED', N'the action .../failover/action is not granted', N'-- grant it';
GO
CREATE PROCEDURE milinktest.[test validate: what is not known is not ready]
AS
SET NOCOUNT ON;
DECLARE @rc int;
UPDATE milinktest.World SET AgentDownUntil = '20990101';
EXEC milinktest.Finds 'Switchover', 101, 'BLOCKED', N'nothing answers at the agent''s pipe.%';
EXEC milinktest.Finds 'Switchover', 999, 'BLOCKED', N'nothing answers at the agent''s pipe.%';
EXEC @rc = milink.Validate;
EXEC milinktest.Equal N'2', @rc, N'return code';
EXEC milinktest.Finds 'Force', 999, 'WARN', N'nothing answers at the agent''s pipe.%';
GO
CREATE PROCEDURE milinktest.[test validate: network, policy, journal]
AS
SET NOCOUNT ON;
UPDATE milinktest.Certificates SET NetworkError = N'timed out';
EXEC milinktest.Finds 'Switchover', 803, 'BLOCKED', N'no connection to 10.0.0.4 port 5022: timed out';
EXEC milink.Configure @Name = N'Enabled', @Value = N'N';
EXEC milinktest.Finds 'Switchover', 112, 'BLOCKED', N'the setting Enabled is N', N'EXEC milink.Configure @Name = N''Enabled''%';
INSERT milinktest.Operation (OperationId, RequestId, ProcedureName, Link, State, StartedAt, EndsAt, EndState) VALUES (N'op', N'r', N'xp_milink_link_update', N'sales-link', N'Running', '20261126 02:59:00', '20990101', N'Succeeded');
EXEC milinktest.Finds 'Switchover', 103, 'BLOCKED', N'xp_milink_link_update, Running since %', N'%@operation_id = N''op''%';
GO
CREATE PROCEDURE milinktest.[test validate: wrong parameters are told together]
AS
SET NOCOUNT ON;
EXEC milinktest.Throws N'EXEC milink.Validate @Action = ''Fly'', @Show = ''SOME'', @LogToTable = ''Q'';', 50701, N'%@Action is ''Fly''; allowed: Switchover, FailBack, Cutover, Force, Create, Remove, License.%@Show%@LogToTable%';
GO
