-- SPDX-License-Identifier: MIT
-- Each phase of a switchover fails, in each way that it can; nothing is lost, nothing is done twice, everything before the point of no return is put back.
CREATE PROCEDURE milinktest.Undone
    @Number int
AS
SET NOCOUNT ON;
DECLARE @Text nvarchar(400);
EXEC milinktest.World_ N'sales-link', N'PRIMARY Secondary, failovers 0, lost 0, Passive';
SELECT @Text = State + N' ' + CONVERT(nvarchar(11), ErrorNumber) FROM milink.Run;
SET @Text = ISNULL(@Text, N'no run');
DECLARE @Expected nvarchar(400) = N'Undone ' + CONVERT(nvarchar(11), @Number);
EXEC milinktest.Equal @Expected, @Text, N'the run';
SELECT @Text = CONVERT(nvarchar(1), IsDisabled) FROM milinktest.Login WHERE LoginName = N'app_web';
EXEC milinktest.Equal N'0', @Text, N'app_web disabled';
SELECT @Text = CONVERT(nvarchar(1), IsDisabled) FROM milinktest.Login WHERE LoginName = N'old_app';
EXEC milinktest.Equal N'1', @Text, N'old_app disabled, as before';
GO
CREATE PROCEDURE milinktest.[test fault: a check blocks]
AS
SET NOCOUNT ON;
UPDATE milinktest.Link SET InstanceHealth = N'NOT_HEALTHY';
EXEC milinktest.Throws N'EXEC milink.Switchover @Fence = N''app_web'';', 50708, N'%[[]305] sales: health on the instance is NOT_HEALTHY%';
EXEC milinktest.Undone 50708;
GO
CREATE PROCEDURE milinktest.[test fault: the agent is down before]
AS
SET NOCOUNT ON;
UPDATE milinktest.World SET AgentDownUntil = '20990101';
EXEC milinktest.Throws N'EXEC milink.Switchover @Fence = N''app_web'';', 50708, N'%[[]101]%';
EXEC milinktest.Undone 50708;
GO
CREATE PROCEDURE milinktest.[test fault: a login cannot be disabled]
AS
SET NOCOUNT ON;
INSERT milinktest.Fault (Name, Nth, What, ErrorNumber) VALUES (N'ALTER LOGIN % DISABLE;', 1, 'error', 55151);
EXEC milinktest.Throws N'EXEC milink.Switchover @Fence = N''app_web, old_app'';', 55151;
EXEC milinktest.Undone 55151;
GO
CREATE PROCEDURE milinktest.[test fault: a session cannot be ended]
AS
SET NOCOUNT ON;
INSERT milinktest.Fault (Name, Nth, What, ErrorNumber) VALUES (N'KILL %', 2, 'error', 56107);
EXEC milinktest.Throws N'EXEC milink.Switchover @Fence = N''app_web'';', 56107;
EXEC milinktest.Undone 56107;
GO
CREATE PROCEDURE milinktest.[test fault: the LSNs never stand still]
AS
SET NOCOUNT ON;
EXEC milinktest.Throws N'EXEC milink.Switchover @Fence = N''None'', @TimeoutSeconds = 60;', 50709, N'%in phase PROVE, waiting for LSNs that stand still%';
EXEC milinktest.Undone 50709;
GO
CREATE PROCEDURE milinktest.[test fault: the LSNs are never equal]
AS
SET NOCOUNT ON;
DECLARE @Text nvarchar(400);
UPDATE milinktest.LinkDatabase SET IsStuck = 1, LocalLsn = LocalLsn + 5;
EXEC milinktest.Throws N'EXEC milink.Switchover @Fence = N''app_web'', @TimeoutSeconds = 30;', 50709, N'%waiting for equal LSNs (1 of the databases not equal)%';
EXEC milinktest.Undone 50709;
SELECT @Text = CONVERT(nvarchar(11), COUNT(*)) FROM milink.LsnSample WHERE IsEqual = 0;
EXEC milinktest.Equal N'6', @Text, N'samples kept';
GO
CREATE PROCEDURE milinktest.[test fault: the agent dies while LSNs are sampled]
AS
SET NOCOUNT ON;
INSERT milinktest.Fault (Name, Nth, What, ErrorNumber, Message) VALUES (N'XpLinkGet', 4, 'error', 50501, N'nothing answers at the agent''s pipe');
EXEC milinktest.Throws N'EXEC milink.Switchover @Fence = N''app_web'';', 50501;
EXEC milinktest.Undone 50501;
GO
CREATE PROCEDURE milinktest.[test fault: sql server refuses the failover]
AS
SET NOCOUNT ON;
INSERT milinktest.Fault (Name, Nth, What, ErrorNumber, Message) VALUES (N'ALTER AVAILABILITY GROUP % FAILOVER;', 1, 'error', 51142, N'not synchronized');
EXEC milinktest.Throws N'EXEC milink.Switchover @Fence = N''app_web'';', 50713, N'%error 51142: not synchronized%';
EXEC milinktest.Undone 50713;
GO
CREATE PROCEDURE milinktest.[test fault: the failover is done and its answer is an error]
AS
SET NOCOUNT ON;
DECLARE @Text nvarchar(400);
INSERT milinktest.Fault (Name, Nth, What, ErrorNumber, Message) VALUES (N'ALTER AVAILABILITY GROUP % FAILOVER;', 1, 'late-error', 51142, N'timeout');
EXEC milink.Switchover @Fence = N'app_web';
EXEC milinktest.World_ N'sales-link', N'SECONDARY Primary, failovers 1, lost 0, Active';
SELECT @Text = State FROM milink.Run;
EXEC milinktest.Equal N'Succeeded', @Text, N'the run';
GO
CREATE PROCEDURE milinktest.[test fault: the failover takes five minutes]
AS
SET NOCOUNT ON;
UPDATE milinktest.World SET FailoverSeconds = 300;
EXEC milink.Switchover @Fence = N'app_web', @TimeoutSeconds = 60;
-- The licence takes as long here, and is owed.
EXEC milinktest.World_ N'sales-link', N'SECONDARY Primary, failovers 1, lost 0, Passive';
GO
CREATE PROCEDURE milinktest.[test fault: the failover never shows, and resume waits again]
AS
SET NOCOUNT ON;
DECLARE @Text nvarchar(400);
UPDATE milinktest.World SET FailoverSeconds = 900;
EXEC milinktest.Throws N'EXEC milink.Switchover @Fence = N''app_web'';', 50714, N'%run %LinkFailoverInProgress%milink.Resume%';
SELECT @Text = State + N' ' + Phase FROM milink.Run;
EXEC milinktest.Equal N'Open FAILOVER', @Text, N'the run';
EXEC milinktest.Throws N'EXEC milink.Switchover @Fence = N''app_web'';', 50705, N'%stands at FAILOVER, past the point of no return%';
EXEC milinktest.Throws N'EXEC milink.Abort;', 50721, N'%milink.Resume%';
EXEC milink.Resume;
EXEC milinktest.World_ N'sales-link', N'SECONDARY Primary, failovers 1, lost 0, Passive';
SELECT @Text = State FROM milink.Run;
EXEC milinktest.Equal N'Incomplete', @Text, N'the run after resume: the licence takes as long, and is owed';
GO
CREATE PROCEDURE milinktest.[test fault: azure refuses the failover]
AS
SET NOCOUNT ON;
DECLARE @Text nvarchar(400);
EXEC milinktest.SetAzurePrimary;
INSERT milinktest.Fault (Name, Nth, What, ErrorNumber, Message) VALUES (N'xp_milink_link_failover', 0, 'op-failed', 50642, N'Azure: the redo queue is too big');
EXEC milinktest.Throws N'EXEC milink.Switchover;', 50713, N'%Azure: the redo queue is too big%';
EXEC milinktest.World_ N'sales-link', N'SECONDARY Primary, failovers 0, lost 0, Active';
SELECT @Text = State FROM milink.Run;
EXEC milinktest.Equal N'Undone', @Text, N'the run';
GO
CREATE PROCEDURE milinktest.[test fault: azure loses the record of a failover done]
AS
SET NOCOUNT ON;
EXEC milinktest.SetAzurePrimary;
INSERT milinktest.Fault (Name, Nth, What) VALUES (N'xp_milink_link_failover', 0, 'op-unknown');
EXEC milink.Switchover;
EXEC milinktest.World_ N'sales-link', N'PRIMARY Secondary, failovers 1, lost 0, Passive';
GO
CREATE PROCEDURE milinktest.[test fault: the answer to the request is lost]
AS
SET NOCOUNT ON;
DECLARE @Text nvarchar(400);
EXEC milinktest.SetAzurePrimary;
INSERT milinktest.Fault (Name, Nth, What) VALUES (N'XpLinkFailover', 1, 'lost');
EXEC milink.Switchover;
EXEC milinktest.World_ N'sales-link', N'PRIMARY Secondary, failovers 1, lost 0, Passive';
SET @Text = CONVERT(nvarchar(11), milinktest.Calls(N'XpLinkFailover'));
EXEC milinktest.Equal N'1', @Text, N'times asked';
GO
CREATE PROCEDURE milinktest.[test fault: the request never reaches the agent]
AS
SET NOCOUNT ON;
DECLARE @Text nvarchar(400);
EXEC milinktest.SetAzurePrimary;
INSERT milinktest.Fault (Name, Nth, What, ErrorNumber, Message) VALUES (N'XpLinkFailover', 1, 'error', 50508, N'the agent closed the connection');
EXEC milinktest.Throws N'EXEC milink.Switchover;', 50713, N'%the request did not reach the agent%';
EXEC milinktest.World_ N'sales-link', N'SECONDARY Primary, failovers 0, lost 0, Active';
SET @Text = CONVERT(nvarchar(11), milinktest.Calls(N'XpLinkFailover'));
EXEC milinktest.Equal N'1', @Text, N'times asked';
GO
CREATE PROCEDURE milinktest.[test fault: the agent is away for a minute after the request]
AS
SET NOCOUNT ON;
EXEC milinktest.SetAzurePrimary;
INSERT milinktest.Fault (Name, Nth, What) VALUES (N'XpLinkFailover', 1, 'lost');
INSERT milinktest.Fault (Name, Nth, What, ErrorNumber, Message) VALUES (N'XpOperationList', 2, 'error', 50501, N'nothing answers');
EXEC milink.Switchover;
EXEC milinktest.World_ N'sales-link', N'PRIMARY Secondary, failovers 1, lost 0, Passive';
GO
CREATE PROCEDURE milinktest.[test fault: a login cannot be enabled again]
AS
SET NOCOUNT ON;
DECLARE @Text nvarchar(max);
UPDATE milinktest.LinkDatabase SET IsStuck = 1, LocalLsn = LocalLsn + 5;
INSERT milinktest.Fault (Name, Nth, What, ErrorNumber, Message) VALUES (N'ALTER LOGIN % ENABLE;', 1, 'error', 55151, N'no permission');
EXEC milinktest.Throws N'EXEC milink.Switchover @Fence = N''app_web'', @TimeoutSeconds = 30;', 50716, N'%ALTER LOGIN [[]app_web] ENABLE;%no permission%milink.Abort @Close%';
SELECT @Text = State FROM milink.Run;
EXEC milinktest.Equal N'Open', @Text, N'the run';
EXEC milink.Resume;
EXEC milinktest.Undone 50710;
GO
CREATE PROCEDURE milinktest.[test fault: the licence cannot be changed]
AS
SET NOCOUNT ON;
DECLARE @rc int, @Text nvarchar(max);
INSERT milinktest.Fault (Name, Nth, What, ErrorNumber, Message) VALUES (N'XpLicenseSet', 1, 'error', 50640, N'the instance is busy');
EXEC @rc = milink.Switchover @Fence = N'app_web';
EXEC milinktest.Equal N'1', @rc, N'return code: done, something owed';
EXEC milinktest.World_ N'sales-link', N'SECONDARY Primary, failovers 1, lost 0, Passive';
SELECT @Text = State + N' ' + ErrorMessage FROM milink.Run;
EXEC milinktest.Like_ N'Incomplete licence: the instance is busy%', @Text, N'the run';
SELECT @Text = HybridSecondaryUsage + N' ' + LastError FROM milink.LicenseDebt WHERE SettledAt IS NULL;
EXEC milinktest.Equal N'Active the instance is busy', @Text, N'the debt';
UPDATE milinktest.World SET Now = DATEADD(MINUTE, 2, Now);
EXEC milink.License @Settle = 'Y';
EXEC milinktest.Tick 10;
UPDATE milinktest.World SET Now = DATEADD(MINUTE, 5, Now);
EXEC @rc = milink.License @Settle = 'Y';
EXEC milinktest.Equal N'0', @rc, N'return code once settled';
EXEC milinktest.World_ N'sales-link', N'SECONDARY Primary, failovers 1, lost 0, Active';
GO
CREATE PROCEDURE milinktest.[test fault: it is not healthy afterwards, then it is]
AS
SET NOCOUNT ON;
DECLARE @Text nvarchar(max);
EXEC milink.Configure @Link = N'sales-link', @Name = N'VerifySeconds', @Value = N'30';
UPDATE milinktest.World SET FailoverSeconds = 2;
INSERT milink.Hook (Phase, Moment, ProcedureName) VALUES ('VERIFY', 'Before', N'milinktest.MakeUnhealthy');
EXEC milinktest.Throws N'EXEC milink.Switchover @Fence = N''app_web'';', 50715, N'%sales: the instance says NOT_HEALTHY%milink.Resume%';
EXEC milinktest.World_ N'sales-link', N'SECONDARY Primary, failovers 1, lost 0, Passive';
DELETE milink.Hook;
UPDATE milinktest.Link SET InstanceHealth = N'HEALTHY';
EXEC milink.Resume;
EXEC milinktest.World_ N'sales-link', N'SECONDARY Primary, failovers 1, lost 0, Active';
GO
CREATE PROCEDURE milinktest.MakeUnhealthy
    @RunId int, @Kind varchar(20), @Link nvarchar(128), @Direction varchar(11), @Phase varchar(10), @Moment varchar(6)
AS
SET NOCOUNT ON;
UPDATE milinktest.Link SET InstanceHealth = N'NOT_HEALTHY';
GO
