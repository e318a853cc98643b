-- SPDX-License-Identifier: MIT
-- milink.ForceFailover: both directions, what it says and notes, and what it refuses.

-- SQL Server is primary; the instance has not received the last ten seconds, 70 of log.
CREATE PROCEDURE milinktest.Sever
AS
SET NOCOUNT ON;
DELETE milinktest.AppSession;
UPDATE milinktest.Link SET Connected = N'DISCONNECTED', LocalHealth = N'NOT_HEALTHY', InstanceHealth = N'NOT_HEALTHY';
UPDATE milinktest.LinkDatabase SET IsStuck = 1, LocalLsn = LocalLsn + 70;
GO
-- The instance is primary and away; it has ten seconds that SQL Server has not.
CREATE PROCEDURE milinktest.SeverAzure
AS
SET NOCOUNT ON;
EXEC milinktest.SetAzurePrimary;
UPDATE milinktest.Link SET Connected = N'DISCONNECTED', LocalHealth = N'NOT_HEALTHY', InstanceHealth = N'NOT_HEALTHY';
UPDATE milinktest.LinkDatabase SET IsStuck = 1, InstanceLsn = InstanceLsn + 70;
GO
-- The two calls.
CREATE PROCEDURE milinktest.ForceBoth
    @Link nvarchar(128) = N'sales-link',
    @RunId int = NULL OUTPUT
AS
SET NOCOUNT ON;
DECLARE @rc int, @Token char(8);
EXEC milink.ForceFailover @Link = @Link;
SELECT @Token = Token FROM milink.ForceToken WHERE Link = @Link AND RunId IS NULL;
EXEC @rc = milink.ForceFailover @Link = @Link, @Token = @Token, @Reason = N'INC-77', @RunId = @RunId OUTPUT;
RETURN @rc;
GO
CREATE PROCEDURE milinktest.[test force shows what would be lost and changes nothing]
AS
SET NOCOUNT ON;
DECLARE @rc int, @Text nvarchar(max);
EXEC milinktest.Sever;
EXEC @rc = milink.ForceFailover @Link = N'sales-link';
EXEC milinktest.Equal N'0', @rc, N'return code';
EXEC milinktest.World_ N'sales-link', N'PRIMARY Secondary, failovers 0, lost 0, Passive';
SELECT @Text = Direction + N' ' + Loss + N' ' + CONVERT(nvarchar(11), DATEDIFF(SECOND, IssuedAt, ExpiresAt)) FROM milink.ForceToken;
EXEC milinktest.Equal N'ToAzure sales: 10 s, 70 KB of log, what was committed after the new primary''s last commit 300', @Text, N'the token';
SET @Text = milinktest.Statements();
EXEC milinktest.Equal N'', @Text, N'statements';
SELECT @Text = CONVERT(nvarchar(11), (SELECT COUNT(*) FROM milinktest.Operation)) + N' ' + CONVERT(nvarchar(11), (SELECT COUNT(*) FROM milink.Run));
EXEC milinktest.Equal N'0 0', @Text, N'operations and runs';
GO
CREATE PROCEDURE milinktest.[test force to azure asks once, notes how to repair]
AS
SET NOCOUNT ON;
DECLARE @rc int, @RunId int, @Text nvarchar(max);
EXEC milinktest.Sever;
EXEC @rc = milinktest.ForceBoth @RunId = @RunId OUTPUT;
EXEC milinktest.Equal N'0', @rc, N'return code';
EXEC milinktest.World_ N'sales-link', N'PRIMARY Primary, failovers 1, lost 70, Active';
SELECT @Text = CONVERT(nvarchar(11), COUNT(*)) + N' ' + MAX(Argument) FROM milinktest.Called WHERE Name = N'XpLinkFailover';
EXEC milinktest.Equal N'1 ForcedAllowDataLoss', @Text, N'what was asked';
SET @Text = milinktest.Statements();
EXEC milinktest.Equal N'', @Text, N'statements';
SELECT @Text = Text FROM milink.RunStep WHERE RunId = @RunId AND Phase = 'FORCE' AND Kind = 'Note' AND Text LIKE N'%BACKUP%';
EXEC milinktest.Like_ N'this SQL Server still takes itself for primary%no application may connect%BACKUP LOG [[]sales] TO DISK = N''sales-tail.trn''%ALTER AVAILABILITY GROUP [[]sales-link] SET (ROLE = SECONDARY);',
    @Text, N'the note, the log first';
SELECT @Text = Text FROM milink.RunStep WHERE RunId = @RunId AND Phase = 'VERIFY' AND Kind = 'Note';
EXEC milinktest.Like_ N'both sides are primary%', @Text, N'what was verified';
SELECT @Text = State + N' ' + Reason + ISNULL(N' RPO ' + CONVERT(nvarchar(11), milink.RpoSeconds(@RunId)), N'') FROM milink.Run WHERE RunId = @RunId;
EXEC milinktest.Equal N'Succeeded INC-77', @Text, N'the run, which claims no RPO';
SELECT @Text = CONVERT(nvarchar(30), SqlServerLsn - InstanceLsn) FROM milink.LsnSample WHERE RunId = @RunId;
EXEC milinktest.Equal N'70', @Text, N'what each side had is kept';
SELECT @Text = CONVERT(nvarchar(1), CASE RunId WHEN @RunId THEN 1 ELSE 0 END) FROM milink.ForceToken;
EXEC milinktest.Equal N'1', @Text, N'the token is spent by the run';
GO
CREATE PROCEDURE milinktest.[test force to azure of a link that is connected]
AS
SET NOCOUNT ON;
DECLARE @rc int, @Text nvarchar(max);
UPDATE milinktest.Link SET InstanceHealth = N'NOT_HEALTHY';
EXEC @rc = milinktest.ForceBoth;
EXEC milinktest.Equal N'0', @rc, N'return code';
EXEC milinktest.World_ N'sales-link', N'SECONDARY Primary, failovers 1, lost 0, Active';
SELECT @Text = Loss FROM milink.ForceToken;
EXEC milinktest.Equal N'sales: 0 s, 0 KB of log, nothing, if nobody writes any more', @Text, N'what was said';
SELECT @Text = Text FROM milink.RunStep WHERE Phase = 'VERIFY' AND Kind = 'Note';
EXEC milinktest.Equal N'one primary: the Managed Instance; databases: 1', @Text, N'what was verified';
GO
CREATE PROCEDURE milinktest.[test force to sql server while azure is away]
AS
SET NOCOUNT ON;
DECLARE @rc int, @RunId int, @Text nvarchar(max);
EXEC milinktest.SeverAzure;
UPDATE milinktest.World SET AgentDownUntil = '20990101';
EXEC @rc = milinktest.ForceBoth @RunId = @RunId OUTPUT;
EXEC milinktest.Equal N'1', @rc, N'return code: the licence is owed';
EXEC milinktest.World_ N'sales-link', N'PRIMARY Primary, failovers 1, lost 70, Active';
SET @Text = milinktest.Statements();
EXEC milinktest.Equal N'ALTER AVAILABILITY GROUP [sales-link] FORCE_FAILOVER_ALLOW_DATA_LOSS; ', @Text, N'statements';
SELECT @Text = Loss FROM milink.ForceToken;
EXEC milinktest.Equal N'sales: seconds not known, size of the log not known, not known: the side that is primary does not tell what it has', @Text, N'what was said';
SELECT @Text = Text FROM milink.RunStep WHERE RunId = @RunId AND Phase = 'FORCE' AND Kind = 'Note' AND Text LIKE N'%BACKUP%';
EXEC milinktest.Like_ N'the instance still takes itself for primary%BACKUP DATABASE [[]sales] TO URL%WITH COPY_ONLY%xp_milink_link_set_role @link = N''sales-link'', @role = N''Secondary'', @change_type = N''Forced'', @confirm = N''LOSE DATA ON sales-link'';',
    @Text, N'the note, the backup first';
SET @Text = CONVERT(nvarchar(11), milinktest.Calls(N'XpLinkFailover')) + CONVERT(nvarchar(11), milinktest.Calls(N'XpLinkDelete'));
EXEC milinktest.Equal N'00', @Text, N'what was asked of Azure: nothing';
GO
CREATE PROCEDURE milinktest.[test force to sql server while azure answers]
AS
SET NOCOUNT ON;
DECLARE @Text nvarchar(max);
EXEC milinktest.SeverAzure;
EXEC milinktest.ForceBoth;
EXEC milinktest.World_ N'sales-link', N'PRIMARY Primary, failovers 1, lost 70, Active';
SELECT @Text = Text FROM milink.RunStep WHERE Phase = 'VERIFY' AND Kind = 'Note';
EXEC milinktest.Like_ N'both sides are primary%', @Text, N'what was verified';
GO
CREATE PROCEDURE milinktest.[test force to azure from 2019 deletes the link, says so]
AS
SET NOCOUNT ON;
DECLARE @rc int, @RunId int, @Text nvarchar(max);
UPDATE milinktest.World SET Major = 15, Build = 4312;
EXEC milinktest.Sever;
EXEC @rc = milinktest.ForceBoth @RunId = @RunId OUTPUT;
EXEC milinktest.Equal N'0', @rc, N'return code';
EXEC milinktest.CutWorld N'link 0, dag 1, group 1, offline 0, lost 70, Active';
SELECT @Text = CONVERT(nvarchar(11), milinktest.Calls(N'XpLinkDelete')) + N' ' + CONVERT(nvarchar(11), milinktest.Calls(N'XpLinkFailover'))
    + N' ' + CONVERT(nvarchar(11), milinktest.Calls(N'XpDatabaseGet'));
EXEC milinktest.Equal N'1 0 1', @Text, N'deletions, failovers and databases asked';
SELECT @Text = Text FROM milink.RunStep WHERE RunId = @RunId AND Phase = 'FORCE' AND Kind = 'Note' AND Text LIKE N'%BACKUP%';
EXEC milinktest.Like_ N'the link is gone%writable too%BACKUP LOG [[]sales]%DROP AVAILABILITY GROUP [[]sales-link];', @Text, N'the note';
GO
CREATE PROCEDURE milinktest.[test force shown with a token leaves it good]
AS
SET NOCOUNT ON;
DECLARE @rc int, @Token char(8), @Text nvarchar(max);
EXEC milinktest.Sever;
EXEC milink.ForceFailover;
SELECT @Token = Token FROM milink.ForceToken;
EXEC @rc = milink.ForceFailover @Token = @Token, @Reason = N'INC-77', @Execute = 'N';
EXEC milinktest.Equal N'0', @rc, N'return code';
EXEC milinktest.World_ N'sales-link', N'PRIMARY Secondary, failovers 0, lost 0, Passive';
SELECT @Text = State FROM milink.Run;
EXEC milinktest.Equal N'Shown', @Text, N'the run';
SELECT @Text = Text FROM milink.RunStep WHERE Kind = 'Request' AND Phase = 'FORCE' AND State = 'Shown';
EXEC milinktest.Equal N'xp_milink_link_failover N''sales-link'', N''ForcedAllowDataLoss''', @Text, N'what was shown';
EXEC milink.ForceFailover @Token = @Token, @Reason = N'INC-77';
EXEC milinktest.World_ N'sales-link', N'PRIMARY Primary, failovers 1, lost 70, Active';
GO
CREATE PROCEDURE milinktest.[test force of a link with odd names and two databases]
AS
SET NOCOUNT ON;
DECLARE @Text nvarchar(max);
EXEC milinktest.AddLink N'odd]link', N'x]y';
INSERT milinktest.LinkDatabase (Link, DatabaseName, LocalLsn, InstanceLsn, Load) VALUES (N'odd]link', N'Lohn ü', 77, 70, 7);
UPDATE milinktest.LinkDatabase SET IsStuck = 1 WHERE Link = N'odd]link';
UPDATE milinktest.Link SET LocalRole = N'SECONDARY', InstanceRole = N'Primary', Connected = N'DISCONNECTED' WHERE Link = N'odd]link';
EXEC milinktest.ForceBoth N'odd]link';
SET @Text = milinktest.Statements();
EXEC milinktest.Equal N'ALTER AVAILABILITY GROUP [odd]]link] FORCE_FAILOVER_ALLOW_DATA_LOSS; ', @Text, N'statements';
SELECT @Text = Text FROM milink.RunStep WHERE Phase = 'FORCE' AND Kind = 'Note' AND Text LIKE N'%BACKUP%';
EXEC milinktest.Like_ N'%BACKUP DATABASE [[]Lohn ü] %BACKUP DATABASE [[]x]]y] %@link = N''odd]link''%', @Text, N'the note';
GO
