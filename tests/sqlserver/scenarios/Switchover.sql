-- SPDX-License-Identifier: MIT
-- milink.Switchover: the whole way, both directions, and what it refuses.
CREATE PROCEDURE milinktest.[test switchover to azure loses nothing, does each once]
AS
SET NOCOUNT ON;
DECLARE @rc int, @RunId int, @Text nvarchar(max);
EXEC @rc = milink.Switchover @Link = N'sales-link', @ExpectedPrimary = 'SqlServer', @Fence = N'app_web', @Reason = N'test', @RunId = @RunId OUTPUT;
EXEC milinktest.Equal N'0', @rc, N'return code';
EXEC milinktest.World_ N'sales-link', N'SECONDARY Primary, failovers 1, lost 0, Active';
SELECT @Text = State + N' ' + CONVERT(nvarchar(1), PastNoReturn) + ISNULL(N' ' + ErrorMessage, N'') FROM milink.Run WHERE RunId = @RunId;
EXEC milinktest.Equal N'Succeeded 1', @Text, N'the run';
SET @Text = milinktest.Statements();
EXEC milinktest.Like_ N'ALTER LOGIN [[]app_web] DISABLE; KILL 8001;%KILL 8002;%ALTER AVAILABILITY GROUP [[]sales-link] FAILOVER; ALTER LOGIN [[]app_web] ENABLE; ', @Text, N'statements';
SET @Text = CONVERT(nvarchar(11), milink.RpoSeconds(@RunId));
EXEC milinktest.Equal N'0', @Text, N'RPO';
SELECT @Text = CONVERT(nvarchar(11), COUNT(*)) FROM milink.LsnSample WHERE RunId = @RunId AND IsEqual = 1;
EXEC milinktest.Equal N'3', @Text, N'equal samples';
SET @Text = CONVERT(nvarchar(11), milinktest.Calls(N'XpLinkFailover'));
EXEC milinktest.Equal N'0', @Text, N'failovers asked of Azure: from SQL Server it is the statement';
GO
CREATE PROCEDURE milinktest.[test switchover to sql server asks azure once]
AS
SET NOCOUNT ON;
DECLARE @rc int, @RunId int, @Text nvarchar(max);
EXEC milinktest.SetAzurePrimary;
EXEC @rc = milink.Switchover @ExpectedPrimary = 'Azure', @RunId = @RunId OUTPUT;
EXEC milinktest.Equal N'0', @rc, N'return code';
EXEC milinktest.World_ N'sales-link', N'PRIMARY Secondary, failovers 1, lost 0, Passive';
SELECT @Text = CONVERT(nvarchar(11), COUNT(*)) + N' ' + MAX(Argument) FROM milinktest.Called WHERE Name = N'XpLinkFailover';
EXEC milinktest.Equal N'1 Planned', @Text, N'what was asked';
SET @Text = milinktest.Statements();
EXEC milinktest.Equal N'', @Text, N'statements';
SELECT @Text = CASE WHEN OperationId IS NOT NULL AND RequestId IS NOT NULL AND ArmRequestId = N'arm-1' THEN State END FROM milink.RunStep WHERE RunId = @RunId AND Phase = 'FAILOVER' AND Kind = 'Request';
EXEC milinktest.Equal N'Done', @Text, N'the request is on record';
GO
CREATE PROCEDURE milinktest.[test switchover there and back]
AS
SET NOCOUNT ON;
DECLARE @rc int;
EXEC @rc = milink.Switchover @Fence = N'app_web';
EXEC milinktest.Equal N'0', @rc, N'there';
UPDATE milinktest.AppSession SET IsGone = 1, Reconnects = 0;
EXEC @rc = milink.FailBack @Link = N'sales-link', @IgnoreAntiFlap = 'Y';
EXEC milinktest.Equal N'0', @rc, N'back';
EXEC milinktest.World_ N'sales-link', N'PRIMARY Secondary, failovers 2, lost 0, Passive';
GO
CREATE PROCEDURE milinktest.[test switchover shown changes nothing]
AS
SET NOCOUNT ON;
DECLARE @rc int, @RunId int, @Text nvarchar(max);
EXEC @rc = milink.Switchover @Fence = N'app_web', @Execute = 'N', @RunId = @RunId OUTPUT;
EXEC milinktest.Equal N'0', @rc, N'return code';
EXEC milinktest.World_ N'sales-link', N'PRIMARY Secondary, failovers 0, lost 0, Passive';
SET @Text = milinktest.Statements();
EXEC milinktest.Equal N'', @Text, N'statements';
SELECT @Text = CONVERT(nvarchar(11), COUNT(*)) FROM milinktest.Operation;
EXEC milinktest.Equal N'0', @Text, N'operations';
SELECT @Text = CONVERT(nvarchar(11), COUNT(*)) FROM milink.RunStep WHERE RunId = @RunId AND State = 'Shown' AND Text = N'ALTER AVAILABILITY GROUP [sales-link] FAILOVER;';
EXEC milinktest.Equal N'1', @Text, N'the failover was shown';
SELECT @Text = CONVERT(nvarchar(11), COUNT(*)) FROM milink.RunStep WHERE RunId = @RunId AND Text LIKE N'request: PATCH%Active%';
EXEC milinktest.Equal N'1', @Text, N'the licence request was shown';
SELECT @Text = State FROM milink.Run WHERE RunId = @RunId;
EXEC milinktest.Equal N'Shown', @Text, N'the run';
GO
CREATE PROCEDURE milinktest.[test switchover collects what is wrong with parameters]
AS
SET NOCOUNT ON;
EXEC milinktest.Throws N'EXEC milink.Switchover @ExpectedPrimary = ''Moon'', @TimeoutSeconds = 5, @StableSamples = 99, @Fence = N''nobody'', @Execute = ''X'';', 50701,
    N'%@ExpectedPrimary is ''Moon''; allowed: SqlServer, Azure.%@Execute is ''X''; allowed: Y, N.%@TimeoutSeconds is 5; allowed: 30 to 3600.%@StableSamples is 99; allowed: 2 to 60.%[[]nobody]%';
EXEC milinktest.World_ N'sales-link', N'PRIMARY Secondary, failovers 0, lost 0, Passive';
GO
CREATE PROCEDURE milinktest.[test switchover refuses a wrong expected primary]
AS
SET NOCOUNT ON;
EXEC milinktest.Throws N'EXEC milink.Switchover @ExpectedPrimary = ''Azure'';', 50706, N'%expected Azure, and SQL Server is PRIMARY%milink.Status%';
EXEC milinktest.SetAzurePrimary;
EXEC milinktest.Throws N'EXEC milink.Switchover @ExpectedPrimary = ''SqlServer'';', 50706, N'%expected SqlServer, and SQL Server is SECONDARY%';
GO
CREATE PROCEDURE milinktest.[test switchover refuses when switched off]
AS
SET NOCOUNT ON;
EXEC milink.Configure @Name = N'Enabled', @Value = N'N';
EXEC milinktest.Throws N'EXEC milink.Switchover @Fence = N''app_web'';', 50703, N'%sales-link%switched off%milink.Configure%';
GO
CREATE PROCEDURE milinktest.[test switchover refuses in a transaction]
AS
SET NOCOUNT ON;
DECLARE @Number int;
BEGIN TRANSACTION;
BEGIN TRY
    EXEC milink.Switchover @Fence = N'app_web';
END TRY
BEGIN CATCH
    SET @Number = ERROR_NUMBER();
END CATCH;
IF @@TRANCOUNT > 0 ROLLBACK;
EXEC milinktest.Equal N'50702', @Number, N'error';
GO
CREATE PROCEDURE milinktest.[test switchover rests after a change of roles]
AS
SET NOCOUNT ON;
EXEC milink.Switchover @Fence = N'app_web';
UPDATE milinktest.AppSession SET IsGone = 1, Reconnects = 0;
EXEC milinktest.Throws N'EXEC milink.Switchover;', 50707, N'%sales-link%ago, and it rests 10:00%@IgnoreAntiFlap%';
UPDATE milinktest.World SET Now = DATEADD(MINUTE, 11, Now);
EXEC milink.Switchover;
EXEC milinktest.World_ N'sales-link', N'PRIMARY Secondary, failovers 2, lost 0, Passive';
GO
CREATE PROCEDURE milinktest.[test switchover needs a name among several links]
AS
SET NOCOUNT ON;
EXEC milinktest.AddLink N'hr-link', N'hr';
EXEC milinktest.Throws N'EXEC milink.Switchover;', 50719, N'%hr-link, sales-link%';
EXEC milinktest.Throws N'EXEC milink.Switchover @Link = N''crm'';', 50717, N'%crm%it has hr-link, sales-link%';
DELETE milinktest.Link;
EXEC milinktest.Throws N'EXEC milink.Switchover;', 50717, N'%no link at all%';
GO
CREATE PROCEDURE milinktest.[test switchover of a link with odd names]
AS
SET NOCOUNT ON;
DECLARE @rc int, @Text nvarchar(max);
EXEC milinktest.AddLink N'odd]link', N'O''Brien [x] ü';
UPDATE milinktest.LinkDatabase SET Load = 0;
INSERT milinktest.Login (LoginName, Type, IsDisabled) VALUES (N'a]b c', N'SQL_LOGIN', 0);
EXEC @rc = milink.Switchover @Link = N'odd]link', @Fence = N'[a]]b c]';
EXEC milinktest.Equal N'0', @rc, N'return code';
EXEC milinktest.World_ N'odd]link', N'SECONDARY Primary, failovers 1, lost 0, Active';
SET @Text = milinktest.Statements();
EXEC milinktest.Equal N'ALTER LOGIN [a]]b c] DISABLE; ALTER AVAILABILITY GROUP [odd]]link] FAILOVER; ALTER LOGIN [a]]b c] ENABLE; ', @Text, N'statements';
GO
