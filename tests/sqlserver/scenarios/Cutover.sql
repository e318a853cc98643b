-- SPDX-License-Identifier: MIT
-- milink.Cutover: the whole way, its choices, and what it refuses.

-- What is left of a link, and what was written to the old databases alone, in one line.
CREATE PROCEDURE milinktest.CutWorld
    @Expected nvarchar(400)
AS
SET NOCOUNT ON;
DECLARE @Is nvarchar(400);
SELECT @Is = N'link ' + CONVERT(nvarchar(1), l.IsAzure) + N', dag ' + CONVERT(nvarchar(1), l.IsLocal) + N', group ' + CONVERT(nvarchar(1), l.IsGroupLocal)
    + N', offline ' + CONVERT(nvarchar(11), d.Offline) + N', lost ' + CONVERT(nvarchar(30), d.Lost) + N', ' + (SELECT Usage FROM milinktest.License)
FROM milinktest.Link AS l
JOIN (SELECT Link, SUM(CASE IsOffline WHEN 1 THEN 1 ELSE 0 END) AS Offline, SUM(CASE WHEN LocalLsn > InstanceLsn THEN LocalLsn - InstanceLsn ELSE 0 END) AS Lost
      FROM milinktest.LinkDatabase
      GROUP BY Link) AS d ON d.Link = l.Link
WHERE l.Link = N'sales-link';
EXEC milinktest.Equal @Expected, @Is, N'the world';
GO
CREATE PROCEDURE milinktest.[test cutover deletes the link once, closes the old copy]
AS
SET NOCOUNT ON;
DECLARE @rc int, @RunId int, @Text nvarchar(max);
EXEC @rc = milink.Cutover @Link = N'sales-link', @Confirm = N'ONE WAY sales-link', @Fence = N'app_web', @ExpectedPrimary = 'SqlServer', @RunId = @RunId OUTPUT;
EXEC milinktest.Equal N'0', @rc, N'return code';
EXEC milinktest.CutWorld N'link 0, dag 0, group 0, offline 1, lost 0, Active';
SET @Text = milinktest.Statements();
EXEC milinktest.Like_ N'ALTER LOGIN [[]app_web] DISABLE; ALTER AVAILABILITY GROUP [[]sales-link] MODIFY AVAILABILITY GROUP ON N''ag_sales'' WITH (AVAILABILITY_MODE = SYNCHRONOUS_COMMIT), N''ag_sales_mi'' WITH (AVAILABILITY_MODE = SYNCHRONOUS_COMMIT); KILL 8001;%KILL 8002;% DROP AVAILABILITY GROUP [[]sales-link]; DROP AVAILABILITY GROUP [[]ag_sales]; ALTER DATABASE [[]sales] SET OFFLINE WITH ROLLBACK IMMEDIATE; ',
    @Text, N'statements';
SET @Text = CONVERT(nvarchar(11), milinktest.Calls(N'XpLinkDelete')) + N' ' + CONVERT(nvarchar(11), milinktest.Calls(N'XpLinkFailover'));
EXEC milinktest.Equal N'1 0', @Text, N'deletions and failovers asked';
SELECT @Text = State + N' ' + CONVERT(nvarchar(11), milink.RpoSeconds(@RunId)) FROM milink.Run WHERE RunId = @RunId;
EXEC milinktest.Equal N'Succeeded 0', @Text, N'the run and its RPO';
SELECT @Text = CASE WHEN OperationId IS NOT NULL AND ArmRequestId = N'arm-1' THEN State END FROM milink.RunStep WHERE RunId = @RunId AND Kind = 'Request' AND Phase = 'DELETE';
EXEC milinktest.Equal N'Done', @Text, N'the request is on record';
GO
CREATE PROCEDURE milinktest.[test cutover leaves logins disabled, says how to open]
AS
SET NOCOUNT ON;
DECLARE @Text nvarchar(max);
EXEC milink.Cutover @Confirm = N'ONE WAY sales-link', @Fence = N'app_web, [CONTOSO\batch]';
SELECT @Text = CONVERT(nvarchar(11), COUNT(*)) FROM milinktest.Login WHERE IsDisabled = 1;
EXEC milinktest.Equal N'3', @Text, N'logins that may not connect';
SELECT @Text = Text FROM milink.RunStep WHERE Phase = 'OFFLINE' AND Kind = 'Note';
EXEC milinktest.Like_ N'%ALTER DATABASE [[]sales] SET ONLINE;%ALTER LOGIN [[]app_web] ENABLE;%GRANT CONNECT SQL TO [[]CONTOSO\batch];%', @Text, N'the note';
GO
CREATE PROCEDURE milinktest.[test cutover shown changes nothing and needs no confirmation]
AS
SET NOCOUNT ON;
DECLARE @rc int, @RunId int, @Text nvarchar(max);
EXEC @rc = milink.Cutover @Fence = N'app_web', @Execute = 'N', @RunId = @RunId OUTPUT;
EXEC milinktest.Equal N'0', @rc, N'return code';
EXEC milinktest.CutWorld N'link 1, dag 1, group 1, offline 0, lost 0, Passive';
SET @Text = milinktest.Statements();
EXEC milinktest.Equal N'', @Text, N'statements';
SELECT @Text = CONVERT(nvarchar(11), COUNT(*)) FROM milinktest.Operation;
EXEC milinktest.Equal N'0', @Text, N'operations';
SELECT @Text = CONVERT(nvarchar(11), COUNT(*)) FROM milink.RunStep
WHERE RunId = @RunId AND State = 'Shown' AND Text IN (N'xp_milink_link_delete N''sales-link''', N'DROP AVAILABILITY GROUP [sales-link];',
    N'DROP AVAILABILITY GROUP [ag_sales];', N'ALTER DATABASE [sales] SET OFFLINE WITH ROLLBACK IMMEDIATE;');
EXEC milinktest.Equal N'4', @Text, N'what would be done was shown';
SELECT @Text = State + N' ' + CONVERT(nvarchar(1), PastNoReturn) FROM milink.Run WHERE RunId = @RunId;
EXEC milinktest.Equal N'Shown 0', @Text, N'the run';
GO
CREATE PROCEDURE milinktest.[test cutover of a link with odd names and two databases]
AS
SET NOCOUNT ON;
DECLARE @rc int, @Text nvarchar(max);
EXEC milinktest.AddLink N'odd]link', N'x]y';
INSERT milinktest.LinkDatabase (Link, DatabaseName, LocalLsn, InstanceLsn, Load) VALUES (N'odd]link', N'Lohn ü', 77, 77, 0);
EXEC @rc = milink.Cutover @Link = N'odd]link', @Confirm = N'ONE WAY odd]link', @Fence = N'None';
EXEC milinktest.Equal N'0', @rc, N'return code';
SET @Text = milinktest.Statements();
EXEC milinktest.Like_ N'%DROP AVAILABILITY GROUP [[]odd]]link]; DROP AVAILABILITY GROUP [[]ag_x]]y]; ALTER DATABASE [[]Lohn ü] SET OFFLINE % ALTER DATABASE [[]x]]y] SET OFFLINE %',
    @Text, N'statements';
SELECT @Text = CONVERT(nvarchar(11), COUNT(*)) FROM milinktest.Called WHERE Name = N'XpDatabaseGet' AND Argument IN (N'x]y', N'Lohn ü');
EXEC milinktest.Equal N'2', @Text, N'databases looked at on the instance';
EXEC milinktest.CutWorld N'link 1, dag 1, group 1, offline 0, lost 0, Active';
GO
CREATE PROCEDURE milinktest.[test cutover from 2019 needs nothing of 2022]
AS
SET NOCOUNT ON;
DECLARE @rc int;
UPDATE milinktest.World SET Major = 15, Build = 4312;
UPDATE milinktest.Link SET FailoverMode = N'None';
EXEC @rc = milink.Cutover @Confirm = N'ONE WAY sales-link', @Fence = N'app_web';
EXEC milinktest.Equal N'0', @rc, N'return code';
EXEC milinktest.CutWorld N'link 0, dag 0, group 0, offline 1, lost 0, Active';
GO
CREATE PROCEDURE milinktest.[test cutover leaves another link of the group alone]
AS
SET NOCOUNT ON;
DECLARE @rc int, @Text nvarchar(max);
EXEC milinktest.AddLink N'sales-dr', N'sales_dr';
UPDATE milinktest.Link SET LocalGroup = N'ag_sales' WHERE Link = N'sales-dr';
EXEC milinktest.Throws N'EXEC milink.Cutover @Link = N''sales-link'', @Confirm = N''ONE WAY sales-link'', @Fence = N''app_web'';', 50701,
    N'%the group [[]ag_sales] carries the link sales-dr too; pass ''DROP_DAG''%';
EXEC @rc = milink.Cutover @Link = N'sales-link', @Confirm = N'ONE WAY sales-link', @Fence = N'app_web', @CleanUp = 'DROP_DAG';
EXEC milinktest.Equal N'0', @rc, N'return code';
EXEC milinktest.CutWorld N'link 0, dag 0, group 1, offline 0, lost 0, Active';
SELECT @Text = CONVERT(nvarchar(1), IsAzure) + CONVERT(nvarchar(1), IsLocal) + CONVERT(nvarchar(1), IsGroupLocal) FROM milinktest.Link WHERE Link = N'sales-dr';
EXEC milinktest.Equal N'111', @Text, N'the other link in Azure, here, and its group';
GO
CREATE PROCEDURE milinktest.[test cutover is refused a second time]
AS
SET NOCOUNT ON;
EXEC milink.Cutover @Confirm = N'ONE WAY sales-link', @Fence = N'app_web';
EXEC milinktest.Throws N'EXEC milink.Cutover @Link = N''sales-link'', @Confirm = N''ONE WAY sales-link'', @Fence = N''app_web'';', 50717, N'%no link at all%';
GO
CREATE PROCEDURE milinktest.[test cutover is refused a second time with kept groups]
AS
SET NOCOUNT ON;
EXEC milink.Cutover @Confirm = N'ONE WAY sales-link', @Fence = N'app_web', @CleanUp = 'KEEP_BOTH';
EXEC milinktest.Throws N'EXEC milink.Cutover @Confirm = N''ONE WAY sales-link'', @Fence = N''app_web'', @CleanUp = ''KEEP_BOTH'';', 50708, N'%no such resource: the link%';
EXEC milinktest.CutWorld N'link 0, dag 1, group 1, offline 0, lost 0, Active';
GO
