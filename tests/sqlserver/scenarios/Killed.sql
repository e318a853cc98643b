-- SPDX-License-Identifier: MIT
-- The session is ended at a step; another takes the run up. "test" is ended by the runner, "after" looks and goes on.
CREATE PROCEDURE milinktest.[test killed before a login is disabled]
AS
SET NOCOUNT ON;
INSERT milinktest.Fault (Name, Nth, What) VALUES (N'ALTER LOGIN % DISABLE;', 1, 'kill');
EXEC milink.Switchover @Fence = N'app_web';
GO
CREATE PROCEDURE milinktest.[after killed before a login is disabled]
AS
SET NOCOUNT ON;
EXEC milinktest.Throws N'EXEC milink.Switchover @Fence = N''app_web'';', 50705, N'%stands at FENCE, before the point of no return%';
EXEC milink.Resume;
EXEC milinktest.Undone 50710;
GO
CREATE PROCEDURE milinktest.[test killed after a login is disabled]
AS
SET NOCOUNT ON;
INSERT milinktest.Fault (Name, Nth, What) VALUES (N'ALTER LOGIN % DISABLE;', 1, 'late-kill');
EXEC milink.Switchover @Fence = N'app_web';
GO
CREATE PROCEDURE milinktest.[after killed after a login is disabled]
AS
SET NOCOUNT ON;
DECLARE @Text nvarchar(400);
SELECT @Text = CONVERT(nvarchar(1), IsDisabled) FROM milinktest.Login WHERE LoginName = N'app_web';
EXEC milinktest.Equal N'1', @Text, N'app_web disabled by the run that is gone';
EXEC milink.Abort;
EXEC milinktest.Undone 50710;
GO
CREATE PROCEDURE milinktest.[test killed while a session is ended]
AS
SET NOCOUNT ON;
INSERT milinktest.Fault (Name, Nth, What) VALUES (N'KILL %', 1, 'late-kill');
EXEC milink.Switchover @Fence = N'app_web';
GO
CREATE PROCEDURE milinktest.[after killed while a session is ended]
AS
SET NOCOUNT ON;
EXEC milink.ResumeAll;
EXEC milinktest.Undone 50710;
GO
CREATE PROCEDURE milinktest.[test killed while LSNs are sampled]
AS
SET NOCOUNT ON;
INSERT milinktest.Fault (Name, Nth, What) VALUES (N'XpLinkGet', 4, 'kill');
EXEC milink.Switchover @Fence = N'app_web';
GO
CREATE PROCEDURE milinktest.[after killed while LSNs are sampled]
AS
SET NOCOUNT ON;
EXEC milink.Resume @Execute = 'N';
EXEC milink.Resume;
EXEC milinktest.Undone 50710;
GO
CREATE PROCEDURE milinktest.[test killed before the failover statement]
AS
SET NOCOUNT ON;
INSERT milinktest.Fault (Name, Nth, What) VALUES (N'ALTER AVAILABILITY GROUP % FAILOVER;', 1, 'kill');
EXEC milink.Switchover @Fence = N'app_web';
GO
-- It was written down, and not executed: both sides say that nothing has changed, so it is put back, and not done now.
CREATE PROCEDURE milinktest.[after killed before the failover statement]
AS
SET NOCOUNT ON;
EXEC milinktest.Throws N'EXEC milink.Resume;', 50713, N'%the session that asked for it is gone%';
EXEC milinktest.Undone 50713;
GO
CREATE PROCEDURE milinktest.[test killed after the failover statement]
AS
SET NOCOUNT ON;
INSERT milinktest.Fault (Name, Nth, What) VALUES (N'ALTER AVAILABILITY GROUP % FAILOVER;', 1, 'late-kill');
EXEC milink.Switchover @Fence = N'app_web';
GO
CREATE PROCEDURE milinktest.[after killed after the failover statement]
AS
SET NOCOUNT ON;
DECLARE @Text nvarchar(400);
EXEC milink.Resume;
EXEC milinktest.World_ N'sales-link', N'SECONDARY Primary, failovers 1, lost 0, Active';
SELECT @Text = State FROM milink.Run;
EXEC milinktest.Equal N'Succeeded', @Text, N'the run';
SELECT @Text = CONVERT(nvarchar(1), IsDisabled) FROM milinktest.Login WHERE LoginName = N'app_web';
EXEC milinktest.Equal N'0', @Text, N'app_web disabled';
GO
CREATE PROCEDURE milinktest.[test killed before azure is asked]
AS
SET NOCOUNT ON;
EXEC milinktest.SetAzurePrimary;
INSERT milinktest.Fault (Name, Nth, What) VALUES (N'XpLinkFailover', 1, 'kill');
EXEC milink.Switchover;
GO
CREATE PROCEDURE milinktest.[after killed before azure is asked]
AS
SET NOCOUNT ON;
DECLARE @Text nvarchar(400);
EXEC milinktest.Throws N'EXEC milink.Resume;', 50713, N'%did not reach the agent%';
EXEC milinktest.World_ N'sales-link', N'SECONDARY Primary, failovers 0, lost 0, Active';
SELECT @Text = CONVERT(nvarchar(11), COUNT(*)) FROM milinktest.Operation;
EXEC milinktest.Equal N'0', @Text, N'operations';
GO
CREATE PROCEDURE milinktest.[test killed after azure is asked]
AS
SET NOCOUNT ON;
EXEC milinktest.SetAzurePrimary;
INSERT milinktest.Fault (Name, Nth, What) VALUES (N'XpLinkFailover', 1, 'late-kill');
EXEC milink.Switchover;
GO
CREATE PROCEDURE milinktest.[after killed after azure is asked]
AS
SET NOCOUNT ON;
DECLARE @Text nvarchar(400);
EXEC milink.Resume;
EXEC milinktest.World_ N'sales-link', N'PRIMARY Secondary, failovers 1, lost 0, Passive';
SELECT @Text = CONVERT(nvarchar(11), COUNT(*)) FROM milinktest.Operation WHERE ProcedureName = N'xp_milink_link_failover';
EXEC milinktest.Equal N'1', @Text, N'failovers asked';
GO
CREATE PROCEDURE milinktest.[test killed while the licence is asked]
AS
SET NOCOUNT ON;
INSERT milinktest.Fault (Name, Nth, What) VALUES (N'XpLicenseSet', 1, 'late-kill');
EXEC milink.Switchover @Fence = N'app_web';
GO
CREATE PROCEDURE milinktest.[after killed while the licence is asked]
AS
SET NOCOUNT ON;
DECLARE @Text nvarchar(400);
EXEC milink.Resume;
EXEC milinktest.World_ N'sales-link', N'SECONDARY Primary, failovers 1, lost 0, Active';
SELECT @Text = CONVERT(nvarchar(11), COUNT(*)) FROM milinktest.Operation WHERE ProcedureName = N'xp_milink_license_set';
EXEC milinktest.Equal N'1', @Text, N'licence changes asked';
GO
CREATE PROCEDURE milinktest.[test killed while the logins are enabled again]
AS
SET NOCOUNT ON;
INSERT milinktest.Fault (Name, Nth, What) VALUES (N'ALTER LOGIN % ENABLE;', 1, 'kill');
EXEC milink.Switchover @Fence = N'app_web';
GO
CREATE PROCEDURE milinktest.[after killed while the logins are enabled again]
AS
SET NOCOUNT ON;
DECLARE @Text nvarchar(400);
EXEC milink.Resume;
SELECT @Text = State FROM milink.Run;
EXEC milinktest.Equal N'Succeeded', @Text, N'the run';
SELECT @Text = CONVERT(nvarchar(1), IsDisabled) FROM milinktest.Login WHERE LoginName = N'app_web';
EXEC milinktest.Equal N'0', @Text, N'app_web disabled';
GO
