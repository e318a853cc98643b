-- SPDX-License-Identifier: MIT
-- The defects of the cutover script that was there before, from D5 on.

-- D5: synchronous commit was never undone.
CREATE PROCEDURE milinktest.[test D5 cutover: put back with the very modes that were there]
AS
SET NOCOUNT ON;
DECLARE @Text nvarchar(400);
UPDATE milinktest.Link SET LocalCommitMode = N'SYNCHRONOUS_COMMIT';
UPDATE milinktest.LinkDatabase SET IsStuck = 1, LocalLsn = LocalLsn + 5;
EXEC milinktest.Throws N'EXEC milink.Cutover @Confirm = N''ONE WAY sales-link'', @Fence = N''app_web'', @TimeoutSeconds = 30;', 50709;
SELECT @Text = LocalCommitMode + N' ' + PartnerCommitMode FROM milinktest.Link WHERE Link = N'sales-link';
EXEC milinktest.Equal N'SYNCHRONOUS_COMMIT ASYNCHRONOUS_COMMIT', @Text, N'commit modes after it was put back';
GO
CREATE PROCEDURE milinktest.[test D5 cutover: kept groups are asynchronous again]
AS
SET NOCOUNT ON;
DECLARE @Text nvarchar(400);
EXEC milink.Cutover @Confirm = N'ONE WAY sales-link', @Fence = N'app_web', @CleanUp = 'KEEP_BOTH';
SELECT @Text = LocalCommitMode + N' ' + PartnerCommitMode FROM milinktest.Link WHERE Link = N'sales-link';
EXEC milinktest.Equal N'ASYNCHRONOUS_COMMIT ASYNCHRONOUS_COMMIT', @Text, N'commit modes after the cutover';
GO
CREATE PROCEDURE milinktest.[test D5 cutover: what is synchronous already is not touched]
AS
SET NOCOUNT ON;
DECLARE @Text nvarchar(max);
UPDATE milinktest.Link SET LocalCommitMode = N'SYNCHRONOUS_COMMIT', PartnerCommitMode = N'SYNCHRONOUS_COMMIT';
EXEC milink.Cutover @Confirm = N'ONE WAY sales-link', @Fence = N'app_web', @CleanUp = 'KEEP_BOTH';
SELECT @Text = CONVERT(nvarchar(11), COUNT(*)) FROM milinktest.Executed WHERE Statement LIKE N'% MODIFY %';
EXEC milinktest.Equal N'0', @Text, N'changes of the commit mode';
SELECT @Text = LocalCommitMode + N' ' + PartnerCommitMode FROM milinktest.Link WHERE Link = N'sales-link';
EXEC milinktest.Equal N'SYNCHRONOUS_COMMIT SYNCHRONOUS_COMMIT', @Text, N'commit modes';
GO
CREATE PROCEDURE milinktest.[test D5 switchover: the commit mode is not touched]
AS
SET NOCOUNT ON;
DECLARE @Text nvarchar(max);
EXEC milink.Switchover @Fence = N'app_web';
SELECT @Text = CONVERT(nvarchar(11), COUNT(*)) FROM milinktest.Executed WHERE Statement LIKE N'% MODIFY %';
EXEC milinktest.Equal N'0', @Text, N'changes of the commit mode: a planned failover makes them itself';
GO
-- D6: Azure was polled so many times, and then given up.
CREATE PROCEDURE milinktest.[test D6 cutover: a deletion of some minutes is waited for]
AS
SET NOCOUNT ON;
UPDATE milinktest.World SET FailoverSeconds = 240;
INSERT milink.Hook (Phase, Moment, ProcedureName) VALUES ('DROP', 'Before', N'milinktest.MakeFast');
EXEC milink.Cutover @Confirm = N'ONE WAY sales-link', @Fence = N'app_web', @TimeoutSeconds = 60;
EXEC milinktest.CutDone;
GO
CREATE PROCEDURE milinktest.MakeFast -- the licence that follows
    @RunId int, @Kind varchar(20), @Link nvarchar(128), @Direction varchar(11), @Phase varchar(10), @Moment varchar(6)
AS
SET NOCOUNT ON;
UPDATE milinktest.World SET FailoverSeconds = 4;
GO
-- D7: it asked in mid-run.
CREATE PROCEDURE milinktest.[test D7 cutover: one call, and no time passes in a refusal]
AS
SET NOCOUNT ON;
DECLARE @Text nvarchar(400);
EXEC milinktest.Throws N'EXEC milink.Cutover @Fence = N''app_web'';', 50701;
SELECT @Text = CONVERT(nvarchar(11), DATEDIFF(SECOND, '20261126 03:00:00', Now)) FROM milinktest.World;
EXEC milinktest.Equal N'0', @Text, N'seconds that were waited';
EXEC milink.Cutover @Link = N'sales-link', @Confirm = N'ONE WAY sales-link', @Fence = N'app_web';
EXEC milinktest.CutDone;
GO
-- D8: it took SQL Server for a machine in Azure.
CREATE PROCEDURE milinktest.[test D8 cutover: Azure is asked of the instance alone]
AS
SET NOCOUNT ON;
DECLARE @Text nvarchar(max);
EXEC milink.Cutover @Confirm = N'ONE WAY sales-link', @Fence = N'app_web';
SELECT * INTO #Line FROM milink.LineRow;
INSERT #Line (Ordinal, Text)
SELECT ROW_NUMBER() OVER (ORDER BY Name), Name
FROM (SELECT DISTINCT Name FROM milinktest.Called WHERE Name NOT IN (N'XpVersion', N'XpHealth', N'XpNetworkTest')) AS c;
EXEC milink.JoinLines N' ', @Text OUTPUT;
EXEC milinktest.Equal N'XpCertificateList XpDatabaseGet XpDatabaseList XpInstanceGet XpLicenseGet XpLicenseSet XpLinkDelete XpLinkGet XpLinkList XpOperationGet XpOperationList',
    @Text, N'what was asked: none of it knows what SQL Server runs on';
GO
-- D9: it looked every seven seconds, for sixty at most.
CREATE PROCEDURE milinktest.[test D9 cutover: seen within seconds of Azure's end]
AS
SET NOCOUNT ON;
DECLARE @RunId int, @Text nvarchar(400);
UPDATE milinktest.World SET FailoverSeconds = 33;
EXEC milink.Cutover @Confirm = N'ONE WAY sales-link', @Fence = N'app_web', @RunId = @RunId OUTPUT;
SELECT @Text = CASE WHEN DATEDIFF(SECOND, p.StartedAt, p.EndedAt) BETWEEN 33 AND 36 THEN N'well' ELSE CONVERT(nvarchar(11), DATEDIFF(SECOND, p.StartedAt, p.EndedAt)) END
    + N' ' + CONVERT(nvarchar(11), DATEDIFF(SECOND, r.StartedAt, r.DeadlineAt))
FROM milink.RunPhase AS p
JOIN milink.Run AS r ON r.RunId = p.RunId
WHERE p.RunId = @RunId AND p.Phase = 'DELETE';
EXEC milinktest.Equal N'well 300', @Text, N'seconds of the phase, and the budget of the run';
GO
CREATE PROCEDURE milinktest.[test D9 switchover: seen within seconds of Azure's end]
AS
SET NOCOUNT ON;
DECLARE @RunId int, @Text nvarchar(400);
EXEC milinktest.SetAzurePrimary;
UPDATE milinktest.World SET FailoverSeconds = 33;
EXEC milink.Switchover @RunId = @RunId OUTPUT;
SELECT @Text = CASE WHEN DATEDIFF(SECOND, StartedAt, EndedAt) BETWEEN 33 AND 36 THEN N'well' ELSE CONVERT(nvarchar(11), DATEDIFF(SECOND, StartedAt, EndedAt)) END
FROM milink.RunPhase
WHERE RunId = @RunId AND Phase = 'FAILOVER';
EXEC milinktest.Equal N'well', @Text, N'seconds of the phase';
GO
