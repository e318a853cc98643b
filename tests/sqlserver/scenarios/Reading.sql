-- SPDX-License-Identifier: MIT
-- Status, Report, History, Help, Configure, CleanUp.
CREATE PROCEDURE milinktest.Verdict
    @Expected nvarchar(20)
AS
SET NOCOUNT ON;
DECLARE @Is nvarchar(20);
SELECT * INTO #Status FROM milink.StatusRow;
EXEC milink.ReadStatus NULL, N'sales-link';
SELECT @Is = Verdict FROM #Status;
EXEC milinktest.Equal @Expected, @Is, N'verdict';
DROP TABLE #Status;
GO
CREATE PROCEDURE milinktest.[test status: the worst that is true]
AS
SET NOCOUNT ON;
DECLARE @rc int;
EXEC @rc = milink.Status;
EXEC milinktest.Equal N'0', @rc, N'return code';
EXEC milinktest.Verdict N'OK';
UPDATE milinktest.License SET Detected = N'Active';
EXEC milinktest.Verdict N'LICENCE';
UPDATE milinktest.Link SET InstanceHealth = N'NOT_HEALTHY';
EXEC milinktest.Verdict N'NOT_HEALTHY';
UPDATE milinktest.Link SET Connected = N'DISCONNECTED';
EXEC milinktest.Verdict N'DISCONNECTED';
UPDATE milinktest.LinkDatabase SET IsSuspended = 1;
EXEC milinktest.Verdict N'SUSPENDED';
UPDATE milinktest.Link SET ReplicaState = N'CreatingLink';
EXEC milinktest.Verdict N'SEEDING';
UPDATE milinktest.Link SET ReplicaState = N'LinkFailoverInProgress';
EXEC milinktest.Verdict N'FAILING_OVER';
UPDATE milinktest.Link SET ReplicaState = N'LinkCreationError';
EXEC milinktest.Verdict N'BROKEN';
UPDATE milinktest.Link SET InstanceRole = N'Primary';
EXEC milinktest.Verdict N'SPLIT_BRAIN';
EXEC @rc = milink.Status @Link = N'sales-link';
EXEC milinktest.Equal N'1', @rc, N'return code';
GO
CREATE PROCEDURE milinktest.[test status: without the agent what sql server knows]
AS
SET NOCOUNT ON;
DECLARE @Text nvarchar(400);
UPDATE milinktest.World SET AgentDownUntil = '20990101';
SELECT * INTO #Status FROM milink.StatusRow;
EXEC milink.ReadStatus NULL, N'sales-link';
SELECT @Text = Verdict + N' ' + SqlServerRole + N' ' + ISNULL(InstanceRole, N'?') + N' ' + VerdictText FROM #Status;
EXEC milinktest.Like_ N'NOT_KNOWN PRIMARY ? nothing answers at the agent%', @Text, N'the row';
GO
CREATE PROCEDURE milinktest.[test status: an unknown link is named]
AS
SET NOCOUNT ON;
EXEC milinktest.Throws N'EXEC milink.Status @Link = N''nowhere'';', 50717, N'%nowhere%sales-link%';
GO
CREATE PROCEDURE milinktest.[test report and history of runs]
AS
SET NOCOUNT ON;
DECLARE @RunId int, @Text nvarchar(400);
EXEC milinktest.Throws N'EXEC milink.Report;', 50720;
EXEC milink.Switchover @Fence = N'app_web', @RunId = @RunId OUTPUT;
EXEC milink.Report;
EXEC milink.Report @Link = N'sales-link';
EXEC milink.History;
EXEC milink.History @Kind = 'Switchover', @State = 'Succeeded', @Since = '2026-01-01';
EXEC milinktest.Throws N'EXEC milink.History @Kind = ''Fly'';', 50701, N'%@Kind is ''Fly''%';
SELECT @Text = CASE WHEN milink.RtoSeconds(@RunId) BETWEEN 4 AND 60 THEN N'measured' END;
EXEC milinktest.Equal N'measured', @Text, N'RTO';
EXEC milinktest.Throws N'EXEC milink.Report @RunId = 999999;', 50720, N'%run 999999%';
GO
CREATE PROCEDURE milinktest.[test help comes from the procedures themselves]
AS
SET NOCOUNT ON;
DECLARE @Text nvarchar(400);
EXEC milink.Help;
EXEC milink.Help N'milink.Switchover';
EXEC milink.Switchover @Help = 1;
SET @Text = milink.HelpSummary(N'Switchover');
EXEC milinktest.Equal N'Planned failover of a link without data loss, in either direction, the link kept.', @Text, N'summary';
SET @Text = milink.HelpSummary(N'RunDrive');
EXEC milinktest.Equal NULL, @Text, N'no help for what is not for users';
EXEC milinktest.Throws N'EXEC milink.Help N''Fly'';', 50701, N'%@Name is ''Fly''; there are: Abort, %Switchover%';
GO
CREATE PROCEDURE milinktest.[test version is told, and nothing else done]
AS
SET NOCOUNT ON;
DECLARE @Version nvarchar(32), @Text nvarchar(400);
EXEC milink.Cutover @Version = @Version OUTPUT, @VersionCheckMode = 1;
EXEC milinktest.Equal N'1.0.0', @Version, N'version';
SELECT @Text = CONVERT(nvarchar(11), COUNT(*)) FROM milink.Run;
EXEC milinktest.Equal N'0', @Text, N'runs';
GO
CREATE PROCEDURE milinktest.[test configure sets, checks and takes back]
AS
SET NOCOUNT ON;
DECLARE @Text nvarchar(400);
EXEC milink.Configure;
EXEC milink.Configure @Name = N'timeoutseconds', @Value = N'90';
EXEC milink.Configure @Link = N'sales-link', @Name = N'TimeoutSeconds', @Value = N'120';
SET @Text = milink.SettingOf(N'sales-link', N'TimeoutSeconds') + N' ' + milink.SettingOf(N'other', N'TimeoutSeconds');
EXEC milinktest.Equal N'120 90', @Text, N'of the link, of all';
EXEC milink.Configure @Link = N'sales-link', @Name = N'TimeoutSeconds', @Reset = 'Y';
SET @Text = milink.SettingOf(N'sales-link', N'TimeoutSeconds');
EXEC milinktest.Equal N'90', @Text, N'after the reset';
EXEC milinktest.Throws N'EXEC milink.Configure @Name = N''TimeoutSeconds'', @Value = N''5'';', 50701, N'%@Value is 5; allowed: 30 to 3600%';
EXEC milinktest.Throws N'EXEC milink.Configure @Name = N''License'', @Value = N''Maybe'';', 50701, N'%@Value is ''Maybe''; allowed: Auto, Manual%';
EXEC milinktest.Throws N'EXEC milink.Configure @Name = N''Speed'', @Value = N''5'';', 50727, N'%Speed%';
EXEC milinktest.Throws N'EXEC milink.Configure @Link = N''sales-link'', @Name = N''Enabled'', @Value = N''N'';', 50701, N'%Enabled holds for all links%';
EXEC milinktest.Throws N'EXEC milink.Configure @Link = N''nope'', @Name = N''Fence'', @Value = N''nobody'';', 50701, N'%nope%[[]nobody]%';
GO
CREATE PROCEDURE milinktest.[test clean-up keeps what is young, open or owed]
AS
SET NOCOUNT ON;
DECLARE @Text nvarchar(400);
INSERT milink.Run (Kind, State, Link, Direction, Phase, StartedAt, DeadlineAt, EndedAt) VALUES ('Switchover', 'Succeeded', N'a', 'ToAzure', 'REPORT', '20200101', '20200101', '20200101');
INSERT milink.Run (Kind, State, Link, Direction, Phase, StartedAt, DeadlineAt, EndedAt) VALUES ('Switchover', 'Succeeded', N'b', 'ToAzure', 'REPORT', '20261101', '20261101', '20261101');
INSERT milink.Run (Kind, State, Link, Direction, Phase, StartedAt, DeadlineAt) VALUES ('Switchover', 'Open', N'c', 'ToAzure', 'VERIFY', '20200101', '20200101');
INSERT milink.Run (Kind, State, Link, Direction, Phase, StartedAt, DeadlineAt, EndedAt) VALUES ('Switchover', 'Incomplete', N'd', 'ToAzure', 'REPORT', '20200101', '20200101', '20200101');
INSERT milink.LicenseDebt (RunId, HybridSecondaryUsage, RequestId, CreatedAt, NextTryAt) SELECT RunId, 'Active', N'r', '20200101', '20200101' FROM milink.Run WHERE Link = N'd';
EXEC milink.CleanUp @Execute = 'N';
SELECT @Text = CONVERT(nvarchar(11), COUNT(*)) FROM milink.Run;
EXEC milinktest.Equal N'4', @Text, N'runs after it was shown';
EXEC milink.CleanUp;
SELECT @Text = MIN(Link) + MAX(Link) + CONVERT(nvarchar(11), COUNT(*)) FROM milink.Run;
EXEC milinktest.Equal N'bd3', @Text, N'runs left';
GO
