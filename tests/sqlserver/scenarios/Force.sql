-- SPDX-License-Identifier: MIT
-- milink.ForceFailover: it makes you look first, loses nothing by default, and each token is good once.
CREATE PROCEDURE milinktest.Lose
AS
SET NOCOUNT ON;
UPDATE milinktest.Link SET InstanceHealth = N'NOT_HEALTHY', LocalHealth = N'NOT_HEALTHY', Connected = N'DISCONNECTED';
UPDATE milinktest.LinkDatabase SET IsStuck = 1, LocalLsn = LocalLsn + 5;
DELETE milinktest.AppSession;
GO
-- Acts with the token that the first call has left.
CREATE PROCEDURE milinktest.Force
AS
SET NOCOUNT ON;
DECLARE @Token char(8);
SELECT @Token = Token FROM milink.ForceToken WHERE RunId IS NULL;
EXEC milink.ForceFailover @Token = @Token, @Reason = N'test';
GO
CREATE PROCEDURE milinktest.[test force to azure: look, then act, once]
AS
SET NOCOUNT ON;
DECLARE @Text nvarchar(max);
EXEC milinktest.Lose;
EXEC milink.ForceFailover;
EXEC milinktest.World_ N'sales-link', N'PRIMARY Secondary, failovers 0, lost 0, Passive';
SELECT @Text = Loss FROM milink.ForceToken;
EXEC milinktest.Like_ N'sales: %what was committed after the new primary''s last commit', @Text, N'the loss is on record';
EXEC milinktest.Force;
SELECT @Text = InstanceRole + N' ' + CONVERT(nvarchar(11), Failovers) FROM milinktest.Link;
EXEC milinktest.Equal N'Primary 1', @Text, N'role and failovers';
SELECT @Text = State FROM milink.Run;
EXEC milinktest.Equal N'Succeeded', @Text, N'the run';
SELECT @Text = CONVERT(nvarchar(11), COUNT(*)) FROM milink.RunStep WHERE Text LIKE N'%BACKUP LOG [[]sales]%SET (ROLE = SECONDARY);%';
EXEC milinktest.Equal N'1', @Text, N'what is left to do was said';
SELECT @Text = CONVERT(nvarchar(11), COUNT(*)) FROM milinktest.Called WHERE Argument = N'ForcedAllowDataLoss';
EXEC milinktest.Equal N'1', @Text, N'forced requests';
GO
CREATE PROCEDURE milinktest.[test force to sql server while azure is gone]
AS
SET NOCOUNT ON;
DECLARE @Text nvarchar(max);
EXEC milinktest.SetAzurePrimary;
EXEC milinktest.Lose;
UPDATE milinktest.World SET AgentDownUntil = '20990101';
EXEC milink.ForceFailover;
EXEC milinktest.Force;
SELECT @Text = LocalRole + N' ' + CONVERT(nvarchar(11), Failovers) FROM milinktest.Link;
EXEC milinktest.Equal N'PRIMARY 1', @Text, N'role and failovers';
SELECT @Text = State + N' ' + CONVERT(nvarchar(11), (SELECT COUNT(*) FROM milink.LicenseDebt)) FROM milink.Run;
EXEC milinktest.Equal N'Incomplete 1', @Text, N'the run: the licence is owed';
GO
CREATE PROCEDURE milinktest.[test force from 2019 deletes the link, and says so]
AS
SET NOCOUNT ON;
DECLARE @Text nvarchar(max);
EXEC milinktest.Lose;
UPDATE milinktest.World SET Major = 15, Build = 4312;
EXEC milink.ForceFailover;
EXEC milinktest.Force;
SELECT @Text = CONVERT(nvarchar(1), IsAzure) FROM milinktest.Link;
EXEC milinktest.Equal N'0', @Text, N'link in Azure';
SELECT @Text = CONVERT(nvarchar(11), COUNT(*)) FROM milink.RunStep WHERE Text LIKE N'the link is gone,%DROP AVAILABILITY GROUP [[]sales-link];%';
EXEC milinktest.Equal N'1', @Text, N'what is left to do was said';
GO
CREATE PROCEDURE milinktest.[test force refuses while both sides are well]
AS
SET NOCOUNT ON;
EXEC milinktest.Throws N'EXEC milink.ForceFailover;', 50730, N'%milink.Switchover%@EvenIfHealthy%';
EXEC milink.ForceFailover @EvenIfHealthy = 'Y';
EXEC milinktest.World_ N'sales-link', N'PRIMARY Secondary, failovers 0, lost 0, Passive';
GO
CREATE PROCEDURE milinktest.[test force: a token is good for one thing, once, for minutes]
AS
SET NOCOUNT ON;
DECLARE @Token char(8), @Statement nvarchar(400);
EXEC milinktest.Lose;
EXEC milinktest.Throws N'EXEC milink.ForceFailover @Token = ''AAAAAAAA'', @Reason = N''x'';', 50723, N'%no such token was given%';
EXEC milink.ForceFailover;
SELECT @Token = Token FROM milink.ForceToken;
SET @Statement = N'EXEC milink.ForceFailover @Token = ''' + @Token + N''';';
EXEC milinktest.Throws @Statement, 50701, N'%@Reason is missing%';
UPDATE milinktest.World SET Now = DATEADD(MINUTE, 6, Now);
SET @Statement = N'EXEC milink.ForceFailover @Token = ''' + @Token + N''', @Reason = N''x'';';
EXEC milinktest.Throws @Statement, 50723, N'%it ended 1:00 ago%';
DELETE milink.ForceToken;
EXEC milink.ForceFailover;
SELECT @Token = Token FROM milink.ForceToken;
EXEC milinktest.Force;
UPDATE milinktest.Link SET LocalRole = N'PRIMARY', InstanceRole = N'Secondary';
SET @Statement = N'EXEC milink.ForceFailover @Token = ''' + @Token + N''', @Reason = N''x'';';
EXEC milinktest.Throws @Statement, 50723, N'%it was spent by run %';
GO
CREATE PROCEDURE milinktest.[test force: a second person where the setting wants one]
AS
SET NOCOUNT ON;
DECLARE @Token char(8), @Statement nvarchar(400), @Text nvarchar(max);
EXEC milink.Configure @Link = N'sales-link', @Name = N'ForceApprover', @Value = N'Y';
EXEC milinktest.Lose;
EXEC milink.ForceFailover;
SELECT @Token = Token FROM milink.ForceToken;
SET @Statement = N'EXEC milink.ForceFailover @Token = ''' + @Token + N''', @Reason = N''x'';';
EXEC milinktest.Throws @Statement, 50724;
SET @Statement = N'EXEC milink.ForceFailover @Approve = ''' + @Token + N''';';
EXEC milinktest.Throws @Statement, 50724, N'%it was given to you%';
UPDATE milink.ForceToken SET IssuedTo = N'CONTOSO\other';
EXEC milink.ForceFailover @Approve = @Token;
UPDATE milink.ForceToken SET IssuedTo = ORIGINAL_LOGIN();
EXEC milinktest.Force;
SELECT @Text = InstanceRole FROM milinktest.Link;
EXEC milinktest.Equal N'Primary', @Text, N'role';
GO
CREATE PROCEDURE milinktest.[test force: azure refuses, and nothing has changed]
AS
SET NOCOUNT ON;
DECLARE @Text nvarchar(max);
EXEC milinktest.Lose;
INSERT milinktest.Fault (Name, Nth, What, ErrorNumber, Message) VALUES (N'xp_milink_link_failover', 0, 'op-failed', 50641, N'Azure: busy');
EXEC milink.ForceFailover;
EXEC milinktest.Throws N'EXEC milinktest.Force;', 50713, N'%Azure: busy%';
SELECT @Text = State FROM milink.Run;
EXEC milinktest.Equal N'Undone', @Text, N'the run';
GO
