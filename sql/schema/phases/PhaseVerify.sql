-- SPDX-License-Identifier: MIT
-- VERIFY: exactly one primary, the one that was wanted; the link healthy on both sides; on SQL Server, when it is primary, every database
-- online and writable. Read until it is so; when it is not within VerifySeconds the run stays open, and says what is missing.
CREATE OR ALTER PROCEDURE milink.PhaseVerify
    @RunId int
AS
SET NOCOUNT ON;
SET XACT_ABORT OFF;
DECLARE @Instance nvarchar(64), @Link nvarchar(128), @Kind varchar(20), @Direction varchar(11), @Shown bit, @Until datetime2(3),
    @Missing nvarchar(max), @Detail nvarchar(1600), @Said nvarchar(max) = N'', @Line nvarchar(max);
SELECT @Instance = Instance, @Link = Link, @Kind = Kind, @Direction = Direction, @Shown = CASE State WHEN 'Shown' THEN 1 ELSE 0 END,
    @Until = DATEADD(SECOND, CONVERT(int, milink.SettingOf(Link, N'VerifySeconds')), milink.UtcNow())
FROM milink.Run
WHERE RunId = @RunId;
IF milink.OptionOf(@RunId, N'ByDeletion') = N'Y' RETURN; -- there is no link to read: FORCE has seen the databases serve
IF @Shown = 1
BEGIN
    EXEC milink.Note @RunId, N'would read both sides until there is one primary, the link is healthy and the databases are writable';
    RETURN;
END;
SELECT * INTO #LinkNow FROM milink.LinkNowRow;
SELECT * INTO #Line FROM milink.LineRow;
WHILE 1 = 1
BEGIN
    SET @Missing = N'';
    BEGIN TRY
        EXEC milink.ReadLink @Instance, @Link;
    END TRY
    BEGIN CATCH
        -- After a forced failover to SQL Server it is the instance that is gone.
        IF @Kind <> 'ForceFailover' OR @Direction = 'ToAzure' SET @Missing = LEFT(ERROR_MESSAGE(), 1600);
    END CATCH;
    IF @Missing = N''
        INSERT #Line (Ordinal, Text)
        SELECT ROW_NUMBER() OVER (ORDER BY DatabaseName), ISNULL(DatabaseName, @Link) + N': ' + CASE
                WHEN @Direction = 'ToAzure' AND ISNULL(InstanceRole, N'') <> N'Primary' THEN N'the instance is not primary'
                WHEN @Direction = 'ToSqlServer' AND ISNULL(LocalRole, N'') <> N'PRIMARY' THEN N'SQL Server is not primary'
                -- After a forced failover the other side may be away, and whether it comes back is another matter.
                WHEN @Kind = 'ForceFailover' THEN NULL
                WHEN LocalRole = N'PRIMARY' AND InstanceRole = N'Primary' THEN N'both sides are primary'
                WHEN ISNULL(InstanceHealth, N'') <> N'HEALTHY' THEN N'the instance says ' + ISNULL(InstanceHealth, N'nothing')
                WHEN ISNULL(LocalHealth, N'') <> N'HEALTHY' THEN N'SQL Server says ' + ISNULL(LocalHealth, N'nothing') END
        FROM #LinkNow;
    IF @Missing = N'' AND @Direction = 'ToSqlServer'
        INSERT #Line (Ordinal, Text)
        SELECT 1000000 + d.DatabaseId, d.DatabaseName + N': not writable yet'
        FROM milink.LocalDatabase AS d
        JOIN #LinkNow AS n ON n.DatabaseName = d.DatabaseName
        WHERE d.IsWritable = 0;
    DELETE #Line WHERE Text IS NULL;
    IF @Missing = N'' EXEC milink.JoinLines N'; ', @Missing OUTPUT;
    IF @Missing = N'' BREAK;
    IF @Missing <> @Said EXEC milink.Progress @RunId, @Missing;
    SET @Said = @Missing;
    IF milink.UtcNow() >= @Until
    BEGIN
        SET @Detail = LEFT(N'run ' + CONVERT(nvarchar(11), @RunId) + N': ' + @Missing, 1600);
        EXEC milink.Throw 50715, @Link, @Detail;
    END;
    EXEC milink.Wait 2;
END;
SELECT @Line = CASE WHEN MAX(LocalRole) = N'PRIMARY' AND MAX(InstanceRole) = N'Primary' THEN N'both sides are primary, as after a forced failover: '
        + N'keep the applications off the old one, and do what FORCE has noted'
    WHEN MAX(InstanceRole) IS NULL THEN N'SQL Server is primary; what the instance takes itself for is not known'
    ELSE N'one primary: ' + CASE @Direction WHEN 'ToAzure' THEN N'the Managed Instance' ELSE N'SQL Server' END END + N'; databases: '
    + CONVERT(nvarchar(11), COUNT(*))
FROM #LinkNow;
EXEC milink.Note @RunId, @Line;
GO
