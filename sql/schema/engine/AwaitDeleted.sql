-- SPDX-License-Identifier: MIT
-- Reads the instance until the link is gone from it and every database of the run is online there. @Failed: why the deletion was refused. The link still
-- there, in three readings in a row, and refused: the run comes back. Not so within VerifySeconds: 50714, or 50715 when only a database is missing,
-- and the run stays open.
CREATE OR ALTER PROCEDURE milink.AwaitDeleted
    @RunId int,
    @Failed nvarchar(1600)
AS
SET NOCOUNT ON;
SET XACT_ABORT OFF;
DECLARE @Instance nvarchar(64), @Link nvarchar(128), @Shown bit, @Until datetime2(3), @There int = 0, @IsGone bit, @Missing nvarchar(1600), @Said nvarchar(1600) = N'',
    @Database nvarchar(128), @Number int;
SELECT @Instance = Instance, @Link = Link, @Shown = CASE State WHEN 'Shown' THEN 1 ELSE 0 END,
    @Until = DATEADD(SECOND, CONVERT(int, milink.SettingOf(Link, N'VerifySeconds')), milink.UtcNow())
FROM milink.Run
WHERE RunId = @RunId;
IF @Shown = 1 RETURN;
SELECT * INTO #XpLinkList FROM milink.XpLinkListRow;
SELECT * INTO #XpDatabaseGet FROM milink.XpDatabaseGetRow;
WHILE 1 = 1
BEGIN
    SELECT @Missing = N'', @IsGone = 0, @Database = N'';
    DELETE #XpLinkList;
    BEGIN TRY
        EXEC milink.XpLinkList @Instance = @Instance;
        -- Azure's names have no case, and a server's may: a link that is there must not look gone.
        IF NOT EXISTS (SELECT 1 FROM #XpLinkList WHERE LOWER(link) = LOWER(@Link)) SET @IsGone = 1;
        SET @There = CASE @IsGone WHEN 1 THEN 0 ELSE @There + 1 END;
        IF @IsGone = 0 SET @Missing = N'the link is still on the instance';
        WHILE @IsGone = 1
        BEGIN
            SELECT TOP (1) @Database = DatabaseName FROM milink.LsnSample WHERE RunId = @RunId AND DatabaseName > @Database ORDER BY DatabaseName;
            IF @@ROWCOUNT = 0 BREAK;
            DELETE #XpDatabaseGet;
            EXEC milink.XpDatabaseGet @Instance = @Instance, @Database = @Database;
            SELECT @Missing = @Missing + @Database + N' is ' + ISNULL(status, N'in no known state') + N' on the instance; ' FROM #XpDatabaseGet WHERE ISNULL(status, N'') <> N'Online';
        END;
    END TRY
    BEGIN CATCH
        SET @Missing = LEFT(ERROR_MESSAGE(), 1600);
    END CATCH;
    IF @Missing = N'' BREAK;
    IF @Missing <> @Said EXEC milink.Progress @RunId, @Missing;
    SET @Said = @Missing;
    IF @Failed IS NOT NULL AND @There >= 3 EXEC milink.ComeBack @RunId, @Failed;
    IF milink.UtcNow() >= @Until
    BEGIN
        SET @Missing = LEFT(N'run ' + CONVERT(nvarchar(11), @RunId) + N': ' + @Missing + ISNULL(N' ' + @Failed, N''), 1600);
        SET @Number = CASE @IsGone WHEN 1 THEN 50715 ELSE 50714 END;
        EXEC milink.Throw @Number, @Link, @Missing;
    END;
    EXEC milink.Wait 2;
END;
UPDATE milink.RunStep SET State = 'Done' WHERE RunId = @RunId AND Phase IN ('DELETE', 'FORCE') AND State IN ('Running', 'Failed');
EXEC milink.Note @RunId, N'the link is gone from the instance; its databases are online there, and writable';
GO
