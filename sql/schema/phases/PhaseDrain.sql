-- SPDX-License-Identifier: MIT
-- DRAIN: ends the sessions that are in the databases, each looked at again just before, never this one. Where logins were fenced, theirs, until
-- none is left: they cannot come back. With Sessions each once: who comes back is let in, and PROVE tells whether he writes.
CREATE OR ALTER PROCEDURE milink.PhaseDrain
    @RunId int
AS
SET NOCOUNT ON;
DECLARE @Link nvarchar(128), @Direction varchar(11), @Shown bit, @Fence nvarchar(4000) = milink.OptionOf(@RunId, N'Fence'),
    @SessionId int, @LoginAt datetime, @Who nvarchar(400), @Statement nvarchar(max), @Round int = 0;
SELECT @Link = Link, @Direction = Direction, @Shown = CASE State WHEN 'Shown' THEN 1 ELSE 0 END FROM milink.Run WHERE RunId = @RunId;
IF @Direction = 'ToSqlServer' OR @Fence = N'None' RETURN;
CREATE TABLE #Session (SessionId int NOT NULL, LoginAt datetime NOT NULL, Who nvarchar(400) NOT NULL);
WHILE 1 = 1
BEGIN
    DELETE #Session;
    INSERT #Session (SessionId, LoginAt, Who)
    SELECT s.SessionId, MAX(s.LoginAt), MAX(s.LoginName + ISNULL(N' on ' + s.HostName, N'') + N' in ' + s.DatabaseName)
    FROM milink.LocalSession AS s
    JOIN milink.LocalLinkDatabase AS d ON d.Link = @Link AND d.DatabaseName = s.DatabaseName
    WHERE s.SessionId <> @@SPID
        AND (@Fence = N'Sessions' OR s.LoginName IN (SELECT Item FROM milink.SplitList(@Fence)))
    GROUP BY s.SessionId;
    IF NOT EXISTS (SELECT 1 FROM #Session) RETURN;
    WHILE EXISTS (SELECT 1 FROM #Session)
    BEGIN
        SELECT TOP (1) @SessionId = SessionId, @LoginAt = LoginAt, @Who = Who FROM #Session ORDER BY SessionId;
        DELETE #Session WHERE SessionId = @SessionId;
        IF NOT EXISTS (SELECT 1 FROM milink.LocalSession WHERE SessionId = @SessionId AND LoginAt = @LoginAt) CONTINUE;
        SET @Statement = N'KILL ' + CONVERT(nvarchar(11), @SessionId) + N'; -- ' + REPLACE(REPLACE(@Who, NCHAR(13), N' '), NCHAR(10), N' ');
        BEGIN TRY
            EXEC milink.Act @RunId, @Statement;
        END TRY
        BEGIN CATCH
            IF ERROR_NUMBER() <> 6106 THROW; -- it ended by itself in between
        END CATCH;
    END;
    IF @Shown = 1 OR @Fence = N'Sessions' RETURN;
    SET @Round += 1;
    SET @Who = @Who + N' (round ' + CONVERT(nvarchar(11), @Round) + N')';
    EXEC milink.Pause @RunId, 1, @Who;
END;
GO
