-- SPDX-License-Identifier: MIT
-- The defects of the cutover script that was there before (D1 to D9; here to D4), each a test that this schema does not have it. Where they could be in
-- a planned failover that keeps the link, that is tried too.

-- D1: a wait whose counter never moved: it waited for ever.
CREATE PROCEDURE milinktest.[test D1 cutover: a lag that never closes ends in time]
AS
SET NOCOUNT ON;
DECLARE @Text nvarchar(400);
UPDATE milinktest.LinkDatabase SET IsStuck = 1, LocalLsn = LocalLsn + 5;
EXEC milinktest.Throws N'EXEC milink.Cutover @Confirm = N''ONE WAY sales-link'', @Fence = N''app_web'', @TimeoutSeconds = 40;', 50709,
    N'%in phase PROVE, waiting for equal LSNs (1 of the databases not equal)%';
SELECT @Text = CONVERT(nvarchar(11), DATEDIFF(SECOND, StartedAt, EndedAt)) FROM milink.Run;
EXEC milinktest.Equal N'40', @Text, N'seconds until it was put back';
UPDATE milinktest.LinkDatabase SET InstanceLsn = LocalLsn;
EXEC milinktest.CutUndone 50709;
GO
CREATE PROCEDURE milinktest.[test D1 switchover: a lag that never closes ends in time]
AS
SET NOCOUNT ON;
DECLARE @Text nvarchar(400);
EXEC milinktest.SetAzurePrimary;
UPDATE milinktest.LinkDatabase SET IsStuck = 1, InstanceLsn = InstanceLsn + 5;
EXEC milinktest.Throws N'EXEC milink.Switchover @TimeoutSeconds = 40;', 50709, N'%in phase PROVE, waiting for equal LSNs%';
SELECT @Text = CONVERT(nvarchar(11), DATEDIFF(SECOND, StartedAt, EndedAt)) + N' ' + State FROM milink.Run;
EXEC milinktest.Equal N'40 Undone', @Text, N'seconds until it was put back';
EXEC milinktest.World_ N'sales-link', N'SECONDARY Primary, failovers 0, lost 0, Active';
GO
CREATE PROCEDURE milinktest.[test D1 cutover: a writer who never stops ends in time]
AS
SET NOCOUNT ON;
EXEC milinktest.Throws N'EXEC milink.Cutover @Confirm = N''ONE WAY sales-link'', @Fence = N''None'', @TimeoutSeconds = 40;', 50709,
    N'%in phase PROVE, waiting for LSNs that stand still%';
EXEC milinktest.CutUndone 50709;
GO
-- D2: a comparison that was an assignment: it dropped whatever was chosen.
CREATE PROCEDURE milinktest.[test D2 cutover: KEEP_BOTH deletes the link, drops nothing]
AS
SET NOCOUNT ON;
DECLARE @rc int, @Text nvarchar(400);
EXEC @rc = milink.Cutover @Confirm = N'ONE WAY sales-link', @Fence = N'app_web', @CleanUp = 'KEEP_BOTH';
EXEC milinktest.Equal N'0', @rc, N'return code';
EXEC milinktest.CutWorld N'link 0, dag 1, group 1, offline 0, lost 0, Active';
SELECT @Text = CONVERT(nvarchar(11), COUNT(*)) FROM milinktest.Executed WHERE Statement LIKE N'DROP %' OR Statement LIKE N'ALTER DATABASE %';
EXEC milinktest.Equal N'0', @Text, N'statements that drop or close';
GO
CREATE PROCEDURE milinktest.[test D2 cutover: DROP_DAG drops the distributed group alone]
AS
SET NOCOUNT ON;
DECLARE @rc int, @Text nvarchar(400);
EXEC @rc = milink.Cutover @Confirm = N'ONE WAY sales-link', @Fence = N'app_web', @CleanUp = 'DROP_DAG';
EXEC milinktest.Equal N'0', @rc, N'return code';
EXEC milinktest.CutWorld N'link 0, dag 0, group 1, offline 0, lost 0, Active';
SELECT @Text = CONVERT(nvarchar(11), COUNT(*)) + N' ' + MAX(Statement) FROM milinktest.Executed WHERE Statement LIKE N'DROP %';
EXEC milinktest.Equal N'1 DROP AVAILABILITY GROUP [sales-link];', @Text, N'what was dropped';
GO
CREATE PROCEDURE milinktest.[test D2 cutover: DROP_ALL with LoginsOnly closes nothing]
AS
SET NOCOUNT ON;
DECLARE @rc int;
EXEC @rc = milink.Cutover @Confirm = N'ONE WAY sales-link', @Fence = N'app_web', @CleanUp = 'DROP_ALL', @OldDatabase = 'LoginsOnly';
EXEC milinktest.Equal N'0', @rc, N'return code';
EXEC milinktest.CutWorld N'link 0, dag 0, group 0, offline 0, lost 0, Active';
GO
-- D3: data loss was allowed on the planned path.
CREATE PROCEDURE milinktest.[test D3: no planned way can lose data]
AS
SET NOCOUNT ON;
DECLARE @Text nvarchar(max);
EXEC milink.Switchover @Fence = N'app_web';
EXEC milink.FailBack @Link = N'sales-link', @IgnoreAntiFlap = 'Y', @Fence = N'app_web';
EXEC milink.Cutover @Confirm = N'ONE WAY sales-link', @Fence = N'app_web';
SELECT @Text = CONVERT(nvarchar(11), COUNT(*)) FROM milinktest.Called WHERE Name = N'XpLinkFailover' AND Argument <> N'Planned';
EXEC milinktest.Equal N'0', @Text, N'failovers asked that were not planned';
SELECT @Text = CONVERT(nvarchar(11), COUNT(*)) FROM milinktest.Executed WHERE Statement LIKE N'%FORCE%';
EXEC milinktest.Equal N'0', @Text, N'forced statements';
EXEC milinktest.CutWorld N'link 0, dag 0, group 0, offline 1, lost 0, Active';
GO
-- The words stand in one phase, and that phase in one kind of run, which one procedure begins.
CREATE PROCEDURE milinktest.[test D3: the words of data loss stand in one place]
AS
SET NOCOUNT ON;
DECLARE @Text nvarchar(max);
SELECT * INTO #Line FROM milink.LineRow;
INSERT #Line (Ordinal, Text)
SELECT ROW_NUMBER() OVER (ORDER BY p.name), p.name
FROM sys.procedures AS p
JOIN sys.sql_modules AS m ON m.object_id = p.object_id
WHERE p.schema_id = SCHEMA_ID(N'milink') AND p.name NOT LIKE N'Xp%' AND p.name <> N'ExecuteStatement'
    AND (m.definition LIKE N'%''ForcedAllowDataLoss%' OR m.definition LIKE N'%FORCE[_]FAILOVER[_]ALLOW%');
EXEC milink.JoinLines N' ', @Text OUTPUT;
EXEC milinktest.Equal N'PhaseForce', @Text, N'procedures that have the words';
SELECT @Text = CONVERT(nvarchar(11), COUNT(*)) + N' ' + MAX(Kind) FROM milink.KindPhase WHERE Phase = 'FORCE';
EXEC milinktest.Equal N'1 ForceFailover', @Text, N'kinds of run with that phase';
INSERT #Line (Ordinal, Text)
SELECT ROW_NUMBER() OVER (ORDER BY p.name), p.name
FROM sys.procedures AS p
JOIN sys.sql_modules AS m ON m.object_id = p.object_id
WHERE p.schema_id = SCHEMA_ID(N'milink') AND m.definition LIKE N'%RunBegin ''ForceFailover''%';
EXEC milink.JoinLines N' ', @Text OUTPUT;
EXEC milinktest.Equal N'ForceFailover', @Text, N'procedures that begin such a run';
GO
-- D4: one sample was taken for proof.
CREATE PROCEDURE milinktest.[test D4 cutover: so many equal samples, over time, kept]
AS
SET NOCOUNT ON;
DECLARE @RunId int, @Text nvarchar(400);
EXEC milink.Configure @Link = N'sales-link', @Name = N'SampleSeconds', @Value = N'7';
EXEC milink.Cutover @Confirm = N'ONE WAY sales-link', @Fence = N'app_web', @StableSamples = 5, @RunId = @RunId OUTPUT;
SELECT @Text = CONVERT(nvarchar(11), COUNT(DISTINCT SampledAt)) + N' ' + CONVERT(nvarchar(11), DATEDIFF(SECOND, MIN(SampledAt), MAX(SampledAt)))
FROM milink.LsnSample
WHERE RunId = @RunId AND IsEqual = 1;
EXEC milinktest.Equal N'5 28', @Text, N'moments with equal samples, and seconds from the first to the last';
SELECT @Text = CONVERT(nvarchar(11), COUNT(*)) FROM milink.LsnSample WHERE RunId = @RunId;
EXEC milinktest.Equal N'6', @Text, N'samples, with the one just before the deletion';
GO
CREATE PROCEDURE milinktest.[test D4 switchover: equal once is not proof]
AS
SET NOCOUNT ON;
DECLARE @Text nvarchar(400);
INSERT milink.Hook (Phase, Moment, ProcedureName) VALUES ('PROVE', 'Before', N'milinktest.LetOneWrite');
EXEC milinktest.Throws N'EXEC milink.Switchover @Fence = N''app_web'', @TimeoutSeconds = 30;', 50709, N'%LSNs that stand still (1 of 3 samples)%';
SELECT @Text = CONVERT(nvarchar(11), COUNT(*)) FROM milink.LsnSample WHERE IsEqual = 1;
EXEC milinktest.Equal N'6', @Text, N'samples, each equal and each another';
EXEC milinktest.Undone 50709;
GO
-- Somebody whom the fence does not name.
CREATE PROCEDURE milinktest.LetOneWrite
    @RunId int, @Kind varchar(20), @Link nvarchar(128), @Direction varchar(11), @Phase varchar(10), @Moment varchar(6)
AS
SET NOCOUNT ON;
INSERT milinktest.AppSession (SessionId, LoginName, DatabaseName, LoginAt, IsGone, Reconnects) VALUES (8003, N'report', N'sales', '20261126 02:30:00', 0, 0);
GO
