-- SPDX-License-Identifier: MIT
-- Does to the world what SQL Server would do. A statement that is not known here is an error: nothing passes unseen.
CREATE OR ALTER PROCEDURE milink.ExecuteStatement
    @Statement nvarchar(max)
AS
SET NOCOUNT ON;
DECLARE @Name nvarchar(128) = milinktest.FirstName(@Statement), @Text nvarchar(2000), @Role nvarchar(60), @Seconds int;
INSERT milinktest.Captured (Statement) VALUES (LEFT(@Statement, 4000));
EXEC milinktest.Meet @Statement, 0;
INSERT milinktest.Executed (Statement) VALUES (@Statement);
SELECT @Role = LocalRole FROM milinktest.Link WHERE Link = @Name AND IsLocal = 1;
SELECT @Seconds = FailoverSeconds FROM milinktest.World;
IF @Statement LIKE N'ALTER AVAILABILITY GROUP [[]%] FAILOVER;'
BEGIN
    UPDATE milinktest.Link SET Asked = Asked + 1 WHERE Link = @Name;
    IF ISNULL(@Role, N'') <> N'PRIMARY' THROW 51142, N'The availability replica is not ready: it is not the primary.', 1;
    IF EXISTS (SELECT 1 FROM milinktest.Link WHERE Link = @Name AND ChangeTo IS NOT NULL) THROW 51142, N'Another action on the group is in progress.', 1;
    UPDATE milinktest.Link
    SET ChangeTo = 'ToAzure', ChangeAt = DATEADD(SECOND, @Seconds, milink.UtcNow()), ReplicaState = N'LinkFailoverInProgress'
    WHERE Link = @Name;
    IF @Seconds = 0 EXEC milinktest.ChangeRoles @Name, 'ToAzure';
END;
ELSE IF @Statement LIKE N'ALTER AVAILABILITY GROUP [[]%] FORCE[_]FAILOVER[_]ALLOW[_]DATA[_]LOSS;'
BEGIN
    UPDATE milinktest.Link SET Asked = Asked + 1 WHERE Link = @Name;
    IF ISNULL(@Role, N'') <> N'SECONDARY' THROW 51142, N'The availability replica is not ready: it is not a secondary.', 1;
    EXEC milinktest.ChangeRoles @Name, 'ToSqlServer';
    -- The other side may be away, and then keeps the role that it had.
    UPDATE milinktest.Link SET InstanceRole = N'Primary' WHERE Link = @Name AND Connected = N'DISCONNECTED';
END;
ELSE IF @Statement LIKE N'ALTER AVAILABILITY GROUP [[]%] MODIFY AVAILABILITY GROUP ON %'
    UPDATE milinktest.Link
    SET LocalCommitMode = CASE WHEN @Statement LIKE N'%' + LocalGroup + N'''%= SYNCHRONOUS%' + PartnerGroup + N'%' THEN N'SYNCHRONOUS_COMMIT' ELSE N'ASYNCHRONOUS_COMMIT' END,
        PartnerCommitMode = CASE WHEN @Statement LIKE N'%' + PartnerGroup + N'''%= SYNCHRONOUS%' THEN N'SYNCHRONOUS_COMMIT' ELSE N'ASYNCHRONOUS_COMMIT' END
    WHERE Link = @Name;
ELSE IF @Statement LIKE N'DROP AVAILABILITY GROUP [[]%];'
BEGIN
    IF NOT EXISTS (SELECT 1 FROM milinktest.Link WHERE Link = @Name AND IsLocal = 1 OR LocalGroup = @Name AND IsGroupLocal = 1)
        THROW 55151, N'Cannot drop the availability group: it does not exist or you do not have permission.', 1;
    UPDATE milinktest.Link SET IsLocal = 0 WHERE Link = @Name;
    UPDATE milinktest.Link SET IsGroupLocal = 0 WHERE LocalGroup = @Name;
END;
ELSE IF @Statement LIKE N'ALTER LOGIN [[]%] DISABLE;' OR @Statement LIKE N'DENY CONNECT SQL TO [[]%];'
    UPDATE milinktest.Login SET IsDisabled = 1 WHERE LoginName = @Name;
ELSE IF @Statement LIKE N'ALTER LOGIN [[]%] ENABLE;' OR @Statement LIKE N'GRANT CONNECT SQL TO [[]%];'
    UPDATE milinktest.Login SET IsDisabled = 0 WHERE LoginName = @Name;
ELSE IF @Statement LIKE N'KILL [0-9]%'
BEGIN
    IF NOT EXISTS (SELECT 1 FROM milinktest.AppSession WHERE IsGone = 0 AND @Statement LIKE N'KILL ' + CONVERT(nvarchar(11), SessionId) + N';%')
        THROW 56106, N'Process ID is not an active process ID.', 1;
    UPDATE milinktest.AppSession SET IsGone = 1 WHERE @Statement LIKE N'KILL ' + CONVERT(nvarchar(11), SessionId) + N';%';
END;
ELSE IF @Statement LIKE N'ALTER DATABASE [[]%] SET OFFLINE WITH ROLLBACK IMMEDIATE;'
BEGIN
    IF EXISTS (SELECT 1 FROM milinktest.Link AS l JOIN milinktest.LinkDatabase AS d ON d.Link = l.Link WHERE d.DatabaseName = @Name AND l.IsGroupLocal = 1)
        THROW 51468, N'The operation cannot be performed on the database because it is in an availability group.', 1;
    UPDATE milinktest.LinkDatabase SET IsOffline = 1 WHERE DatabaseName = @Name;
    UPDATE milinktest.AppSession SET IsGone = 1, Reconnects = 0 WHERE DatabaseName = @Name;
END;
ELSE IF @Statement LIKE N'ALTER DATABASE [[]%] SET ONLINE;'
    UPDATE milinktest.LinkDatabase SET IsOffline = 0 WHERE DatabaseName = @Name;
ELSE
BEGIN
    SET @Text = LEFT(N'the world does not know this statement: ' + @Statement, 2000);
    EXEC milinktest.Fail @Text;
END;
EXEC milinktest.Meet @Statement, 1;
GO
