-- SPDX-License-Identifier: MIT
-- Reads both sides until the roles have changed as the run wants, or have not and will not: in a forced failover the role of the side that shall
-- serve alone, since the other may be gone. @Failed: why the one who was asked refused, NULL when nobody is known to have. Changed: returns. Not changed, in three samples in a row, and refused or asked by a session that is
-- gone: the run comes back from the point of no return, and is undone. Neither within VerifySeconds: 50714, and the run stays open.
CREATE OR ALTER PROCEDURE milink.AwaitRoles
    @RunId int,
    @Failed nvarchar(1600)
AS
SET NOCOUNT ON;
SET XACT_ABORT OFF;
DECLARE @Instance nvarchar(64), @Link nvarchar(128), @Direction varchar(11), @IsForced bit, @Shown bit, @Until datetime2(3), @Before int = 0, @Line nvarchar(max),
    @Said nvarchar(max) = N'', @LocalRole nvarchar(60), @InstanceRole nvarchar(60), @ReplicaState nvarchar(128), @Trouble nvarchar(1600);
SELECT @Instance = Instance, @Link = Link, @Direction = Direction, @IsForced = CASE Kind WHEN 'ForceFailover' THEN 1 ELSE 0 END, @Shown = CASE State WHEN 'Shown' THEN 1 ELSE 0 END,
    @Until = DATEADD(SECOND, CONVERT(int, milink.SettingOf(Link, N'VerifySeconds')), milink.UtcNow())
FROM milink.Run
WHERE RunId = @RunId;
IF @Shown = 1 RETURN;
-- The statement of a session that is gone: it was executed or it was not, and nobody but the roles can tell.
IF @Failed IS NULL
    SELECT @Failed = N'the session that asked for it is gone'
    FROM milink.RunStep
    WHERE RunId = @RunId AND Phase IN ('FAILOVER', 'FORCE') AND Kind = 'Statement' AND State = 'Running';
SELECT * INTO #LinkNow FROM milink.LinkNowRow;
WHILE 1 = 1
BEGIN
    SELECT @Trouble = NULL, @LocalRole = NULL, @InstanceRole = NULL, @ReplicaState = NULL;
    BEGIN TRY
        EXEC milink.ReadLink @Instance, @Link;
    END TRY
    BEGIN CATCH
        SET @Trouble = LEFT(ERROR_MESSAGE(), 1600);
    END CATCH;
    SELECT TOP (1) @LocalRole = LocalRole, @InstanceRole = InstanceRole, @ReplicaState = ReplicaState
    FROM #LinkNow
    ORDER BY InstanceRole DESC, DatabaseName;
    SET @Line = N'SQL Server ' + ISNULL(@LocalRole, N'?') + N', instance ' + ISNULL(@InstanceRole, N'?') + ISNULL(N', ' + @ReplicaState, N'')
        + ISNULL(N' (' + @Trouble + N')', N'');
    IF @Line <> @Said EXEC milink.Progress @RunId, @Line;
    SET @Said = @Line;
    IF @Direction = 'ToAzure' AND @InstanceRole = N'Primary' AND (@LocalRole = N'SECONDARY' OR @IsForced = 1)
        OR @Direction = 'ToSqlServer' AND @LocalRole = N'PRIMARY' AND (@InstanceRole = N'Secondary' OR @IsForced = 1) BREAK;
    SET @Before = CASE WHEN @ReplicaState = N'LinkFailoverInProgress' THEN 0
        WHEN @Direction = 'ToAzure' AND @InstanceRole = N'Secondary' AND (@LocalRole = N'PRIMARY' OR @IsForced = 1) THEN @Before + 1
        WHEN @Direction = 'ToSqlServer' AND @LocalRole = N'SECONDARY' AND (@InstanceRole = N'Primary' OR @IsForced = 1) THEN @Before + 1
        ELSE 0 END;
    IF @Failed IS NOT NULL AND @Before >= 3 EXEC milink.ComeBack @RunId, @Failed;
    IF milink.UtcNow() >= @Until
    BEGIN
        SET @Trouble = LEFT(N'run ' + CONVERT(nvarchar(11), @RunId) + N': ' + @Line + ISNULL(N'; ' + @Failed, N''), 1600);
        EXEC milink.Throw 50714, @Link, @Trouble;
    END;
    EXEC milink.Wait 2;
END;
UPDATE milink.RunStep
SET State = 'Done', EndedAt = milink.UtcNow()
WHERE RunId = @RunId AND Phase IN ('FAILOVER', 'FORCE') AND State IN ('Running', 'Failed');
EXEC milink.Note @RunId, @Line;
GO
