-- SPDX-License-Identifier: MIT
-- How the world moves.

-- The name in the first brackets of a statement.
CREATE FUNCTION milinktest.FirstName(@Statement nvarchar(max))
RETURNS nvarchar(128)
AS
BEGIN
    DECLARE @Begin int = CHARINDEX(N'[', @Statement) + 1, @At int;
    SET @At = @Begin;
    WHILE SUBSTRING(@Statement, @At, 1) <> N']' OR SUBSTRING(@Statement, @At, 2) = N']]'
    BEGIN
        IF @At > LEN(@Statement) RETURN NULL;
        SET @At = @At + CASE WHEN SUBSTRING(@Statement, @At, 2) = N']]' THEN 2 ELSE 1 END;
    END;
    RETURN REPLACE(SUBSTRING(@Statement, @Begin, @At - @Begin), N']]', N']');
END;
GO
-- The last commit of a side: now, but for one that lacks log, whose last came so many seconds before as that log took to be written.
CREATE FUNCTION milinktest.CommitAt(@Lsn numeric(25, 0), @OtherLsn numeric(25, 0), @Load int)
RETURNS datetime2(3)
AS
BEGIN
    RETURN DATEADD(SECOND, -CASE WHEN @OtherLsn > @Lsn AND @Load > 0 THEN CONVERT(int, (@OtherLsn - @Lsn) / @Load) ELSE 0 END,
        (SELECT Now FROM milinktest.World));
END;
GO
-- A healthy link that can come back, SQL Server primary, an application that writes.
CREATE PROCEDURE milinktest.Reset
AS
SET NOCOUNT ON;
DELETE milinktest.World;
DELETE milinktest.Link;
DELETE milinktest.LinkDatabase;
DELETE milinktest.Login;
DELETE milinktest.AppSession;
DELETE milinktest.InstanceSession;
DELETE milinktest.Operation;
DELETE milinktest.License;
DELETE milinktest.Fault;
DELETE milinktest.Executed;
DELETE milinktest.Called;
DELETE milinktest.Aside;
DELETE milinktest.Health;
DELETE milinktest.Certificates;
DELETE milink.LicenseDebt;
DELETE milink.ForceToken;
DELETE milink.CheckResult;
DELETE milink.LsnSample;
DELETE milink.RunStep;
DELETE milink.RunPhase;
DELETE milink.RunOption;
DELETE milink.Run;
DELETE milink.Hook;
DELETE milink.Setting;
INSERT milinktest.World (Now, Major, Build, AgentDownUntil, FailoverSeconds) VALUES ('20261126 03:00:00', 16, 4195, '20000101', 4);
INSERT milinktest.Certificates (ThumbprintHere, ThumbprintThere, ExpiresAt, HasRoots) VALUES (N'0102', N'0102', '20270601', 1);
INSERT milinktest.License (LicenseType, Usage, Detected) VALUES (N'BasePrice', N'Passive', N'Passive');
INSERT milinktest.Login (LoginName, Type, IsDisabled) VALUES (N'app_web', N'SQL_LOGIN', 0);
INSERT milinktest.Login (LoginName, Type, IsDisabled) VALUES (N'CONTOSO\batch', N'WINDOWS_GROUP', 0);
INSERT milinktest.Login (LoginName, Type, IsDisabled) VALUES (N'old_app', N'SQL_LOGIN', 1);
EXEC milinktest.AddLink N'sales-link', N'sales';
INSERT milinktest.AppSession (SessionId, LoginName, DatabaseName, LoginAt, IsGone, Reconnects) VALUES (8001, N'app_web', N'sales', '20261126 02:00:00', 0, 0);
INSERT milinktest.AppSession (SessionId, LoginName, DatabaseName, LoginAt, IsGone, Reconnects) VALUES (8002, N'app_web', N'sales', '20261126 02:10:00', 0, 1);
GO
CREATE PROCEDURE milinktest.AddLink
    @Link nvarchar(128),
    @DatabaseName nvarchar(128)
AS
SET NOCOUNT ON;
INSERT milinktest.Link (Link, LocalGroup, PartnerGroup, IsLocal, IsGroupLocal, IsAzure, LocalRole, InstanceRole, ReplicaState, FailoverMode,
    LocalCommitMode, PartnerCommitMode, LocalHealth, InstanceHealth, Connected)
VALUES (@Link, N'ag_' + @DatabaseName, N'ag_' + @DatabaseName + N'_mi', 1, 1, 1, N'PRIMARY', N'Secondary', N'LinkSynchronizing', N'Manual',
    N'ASYNCHRONOUS_COMMIT', N'ASYNCHRONOUS_COMMIT', N'HEALTHY', N'HEALTHY', N'CONNECTED');
INSERT milinktest.LinkDatabase (Link, DatabaseName, LocalLsn, InstanceLsn, Load) VALUES (@Link, @DatabaseName, 50000000010000001, 50000000010000001, 7);
GO
-- The instance is primary, and nobody writes.
CREATE PROCEDURE milinktest.SetAzurePrimary
AS
SET NOCOUNT ON;
UPDATE milinktest.Link SET LocalRole = N'SECONDARY', InstanceRole = N'Primary';
DELETE milinktest.AppSession;
UPDATE milinktest.License SET Usage = N'Active', Detected = N'Active';
GO
-- The role of the instance as Azure tells it, which may be late.
CREATE FUNCTION milinktest.AzureRole(@Link nvarchar(128))
RETURNS nvarchar(32)
AS
BEGIN
    RETURN (SELECT CASE WHEN DATEADD(SECOND, w.AzureLateSeconds, l.ChangedAt) > w.Now THEN CASE l.InstanceRole WHEN N'Primary' THEN N'Secondary' ELSE N'Primary' END
            ELSE l.InstanceRole END
        FROM milinktest.Link AS l
        CROSS JOIN milinktest.World AS w
        WHERE l.Link = @Link);
END;
GO
-- The failover of a link takes place now.
CREATE PROCEDURE milinktest.ChangeRoles
    @Link nvarchar(128),
    @ChangeTo varchar(11)
AS
SET NOCOUNT ON;
DECLARE @Lost numeric(25, 0);
SELECT @Lost = SUM(CASE WHEN @ChangeTo = 'ToAzure' AND LocalLsn > InstanceLsn THEN LocalLsn - InstanceLsn
        WHEN @ChangeTo = 'ToSqlServer' AND InstanceLsn > LocalLsn THEN InstanceLsn - LocalLsn ELSE 0 END)
FROM milinktest.LinkDatabase
WHERE Link = @Link;
UPDATE milinktest.Link
SET LocalRole = CASE @ChangeTo WHEN 'ToAzure' THEN N'SECONDARY' ELSE N'PRIMARY' END,
    InstanceRole = CASE @ChangeTo WHEN 'ToAzure' THEN N'Primary' ELSE N'Secondary' END,
    ReplicaState = N'LinkSynchronizing', ChangeTo = NULL, ChangeAt = NULL, ChangedAt = milink.UtcNow(), Failovers = Failovers + 1, LostLog = LostLog + @Lost
WHERE Link = @Link;
GO
-- Time passes: applications come back and write, log is sent, operations and failovers end.
CREATE PROCEDURE milinktest.Tick
    @Seconds int
AS
SET NOCOUNT ON;
DECLARE @Link nvarchar(128), @ChangeTo varchar(11), @OperationId nvarchar(36), @Now datetime2(3);
UPDATE milinktest.World SET Now = DATEADD(SECOND, @Seconds, Now);
SELECT @Now = Now FROM milinktest.World;
UPDATE s
SET IsGone = 0, LoginAt = DATEADD(SECOND, 1, LoginAt)
FROM milinktest.AppSession AS s
JOIN milinktest.Login AS l ON l.LoginName = s.LoginName
WHERE s.IsGone = 1 AND s.Reconnects = 1 AND l.IsDisabled = 0;
UPDATE d
SET LocalLsn = LocalLsn + CAST(Load AS numeric(25, 0)) * @Seconds
FROM milinktest.LinkDatabase AS d
JOIN milinktest.Link AS l ON l.Link = d.Link
WHERE l.LocalRole = N'PRIMARY' AND EXISTS (SELECT 1 FROM milinktest.AppSession AS s WHERE s.DatabaseName = d.DatabaseName AND s.IsGone = 0);
UPDATE d
SET InstanceLsn = InstanceLsn + CAST(Load AS numeric(25, 0)) * @Seconds
FROM milinktest.LinkDatabase AS d
JOIN milinktest.Link AS l ON l.Link = d.Link
WHERE l.InstanceRole = N'Primary' AND EXISTS (SELECT 1 FROM milinktest.InstanceSession AS s WHERE s.DatabaseName = d.DatabaseName);
UPDATE d
SET InstanceLsn = CASE WHEN l.LocalRole = N'PRIMARY' THEN LocalLsn ELSE InstanceLsn END,
    LocalLsn = CASE WHEN l.LocalRole = N'PRIMARY' THEN LocalLsn ELSE InstanceLsn END
FROM milinktest.LinkDatabase AS d
JOIN milinktest.Link AS l ON l.Link = d.Link
WHERE d.IsStuck = 0 AND l.IsAzure = 1 AND l.IsLocal = 1;
WHILE EXISTS (SELECT 1 FROM milinktest.Link WHERE ChangeAt <= @Now)
BEGIN
    SELECT TOP (1) @Link = Link, @ChangeTo = ChangeTo FROM milinktest.Link WHERE ChangeAt <= @Now ORDER BY Link;
    EXEC milinktest.ChangeRoles @Link, @ChangeTo;
END;
WHILE EXISTS (SELECT 1 FROM milinktest.Operation WHERE EndsAt <= @Now AND State IN (N'Accepted', N'Running'))
BEGIN
    SELECT TOP (1) @OperationId = OperationId FROM milinktest.Operation WHERE EndsAt <= @Now AND State IN (N'Accepted', N'Running') ORDER BY StartedAt;
    EXEC milinktest.EndOperation @OperationId;
END;
GO
CREATE PROCEDURE milinktest.EndOperation
    @OperationId nvarchar(36)
AS
SET NOCOUNT ON;
DECLARE @Name nvarchar(64), @Link nvarchar(128), @EndState nvarchar(16), @Detail nvarchar(400);
SELECT @Name = ProcedureName, @Link = Link, @EndState = EndState, @Detail = Detail FROM milinktest.Operation WHERE OperationId = @OperationId;
UPDATE milinktest.Operation SET State = EndState WHERE OperationId = @OperationId;
-- Unknown is what the agent says when Azure has lost the record: here the act was done.
IF @EndState NOT IN (N'Succeeded', N'Unknown') OR @EndState = N'Unknown' AND EXISTS (SELECT 1 FROM milinktest.Fault WHERE Name = @Name AND What = 'op-lost') RETURN;
IF @Name = N'xp_milink_link_failover' AND (SELECT InstanceRole FROM milinktest.Link WHERE Link = @Link) = N'Primary'
    EXEC milinktest.ChangeRoles @Link, 'ToSqlServer';
ELSE IF @Name = N'xp_milink_link_failover'
    EXEC milinktest.ChangeRoles @Link, 'ToAzure';
-- A primary that is not reached keeps the role that it had.
IF @Detail = N'ForcedAllowDataLoss' UPDATE milinktest.Link SET LocalRole = N'PRIMARY' WHERE Link = @Link AND Connected = N'DISCONNECTED';
IF @Name = N'xp_milink_link_delete' UPDATE milinktest.Link SET IsAzure = 0 WHERE Link = @Link;
IF @Name = N'xp_milink_license_set'
    UPDATE milinktest.License
    SET Usage = CASE WHEN @Detail LIKE N'%Passive%' THEN N'Passive' WHEN @Detail LIKE N'%Active%' THEN N'Active' ELSE Usage END,
        LicenseType = CASE WHEN @Detail LIKE N'%BasePrice%' THEN N'BasePrice' WHEN @Detail LIKE N'%LicenseIncluded%' THEN N'LicenseIncluded' ELSE LicenseType END;
GO
-- Counts a use of something, and does what a fault says. @After = 1: the thing has been done.
CREATE PROCEDURE milinktest.Meet
    @Name nvarchar(max),
    @After bit
AS
SET NOCOUNT ON;
DECLARE @What varchar(12), @Number int, @Message nvarchar(400), @Line nvarchar(100), @Guard int = 0;
IF @After = 0 UPDATE milinktest.Fault SET Seen = Seen + 1 WHERE @Name LIKE Name;
SELECT TOP (1) @What = What, @Number = ErrorNumber, @Message = Message FROM milinktest.Fault WHERE @Name LIKE Name AND Seen = Nth;
IF @What IS NULL OR @After <> CASE WHEN @What IN ('error', 'native', 'kill') THEN 0 ELSE 1 END RETURN;
IF @What IN ('kill', 'late-kill')
BEGIN
    SET @Line = N'milinktest:kill ' + CONVERT(nvarchar(11), @@SPID);
    RAISERROR (N'%s', 10, 1, @Line) WITH NOWAIT;
    -- Until the other session has ended this one; it gives up in the end, and the test fails.
    WHILE @Guard < 1000000 SELECT @Guard = @Guard + COUNT(*) FROM milinktest.World;
    EXEC milinktest.Fail N'nobody ended this session';
END;
IF @What = 'lost' SELECT @Number = 50506, @Message = N'the agent did not answer in time';
IF @What = 'native' SET @Guard = 1 / @Guard;
THROW @Number, @Message, 1;
GO
-- An Xp procedure is called: faults, and an agent that is down.
CREATE PROCEDURE milinktest.Call
    @Name nvarchar(64),
    @Argument nvarchar(400)
AS
SET NOCOUNT ON;
INSERT milinktest.Called (Name, Argument) VALUES (@Name, @Argument);
EXEC milinktest.Meet @Name, 0;
IF (SELECT AgentDownUntil FROM milinktest.World) > (SELECT Now FROM milinktest.World)
    THROW 50501, N'nothing answers at the agent''s pipe. Start the service milink-agent on this host.', 1;
GO
-- A write is asked: the same request id is the same operation, and another one of the same thing has to wait.
CREATE PROCEDURE milinktest.AskOperation
    @Name nvarchar(64),
    @Link nvarchar(128),
    @RequestId nvarchar(36),
    @Detail nvarchar(400)
AS
SET NOCOUNT ON;
IF EXISTS (SELECT 1 FROM milinktest.Operation WHERE RequestId = @RequestId) RETURN;
IF EXISTS (SELECT 1 FROM milinktest.Operation WHERE ISNULL(Link, N'') = ISNULL(@Link, N'') AND State = N'Running')
    THROW 50562, N'another operation on the same resource is still open', 1;
INSERT milinktest.Operation (OperationId, RequestId, ProcedureName, Link, State, StartedAt, EndsAt, EndState, Detail)
SELECT LOWER(CONVERT(nvarchar(36), NEWID())), @RequestId, @Name, @Link, N'Running', Now, DATEADD(SECOND, FailoverSeconds, Now), N'Succeeded', @Detail
FROM milinktest.World;
IF @Name = N'xp_milink_link_failover' UPDATE milinktest.Link SET ReplicaState = N'LinkFailoverInProgress', Asked = Asked + 1 WHERE Link = @Link;
UPDATE o
SET EndState = CASE f.What WHEN 'op-failed' THEN N'Failed' ELSE N'Unknown' END, ErrorNumber = f.ErrorNumber, ErrorMessage = f.Message
FROM milinktest.Operation AS o
JOIN milinktest.Fault AS f ON f.Name = o.ProcedureName AND f.What IN ('op-failed', 'op-unknown', 'op-lost')
WHERE o.RequestId = @RequestId;
UPDATE milinktest.Link SET ReplicaState = N'LinkSynchronizing'
WHERE Link = @Link AND EXISTS (SELECT 1 FROM milinktest.Operation WHERE RequestId = @RequestId AND (EndState = N'Failed' OR EndState = N'Unknown' AND EXISTS (SELECT 1 FROM milinktest.Fault WHERE What = 'op-lost')));
GO
