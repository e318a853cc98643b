-- SPDX-License-Identifier: MIT
-- The link that is meant: the one named, or the only one of this server; and the alias of its Managed Instance.
CREATE OR ALTER PROCEDURE milink.FindLink
    @Link nvarchar(128) OUTPUT,
    @Instance nvarchar(64) = NULL OUTPUT
AS
SET NOCOUNT ON;
DECLARE @Found nvarchar(128), @Count int, @Links nvarchar(max), @List nvarchar(1600);
SELECT * INTO #Line FROM milink.LineRow;
INSERT #Line (Ordinal, Text) SELECT ROW_NUMBER() OVER (ORDER BY Link), Link FROM milink.LocalLink;
EXEC milink.JoinLines N', ', @Links OUTPUT;
SET @List = LEFT(@Links, 1600);
SELECT @Count = COUNT(*), @Found = MIN(Link) FROM milink.LocalLink WHERE Link = @Link OR NULLIF(@Link, N'') IS NULL;
IF @Count = 0
BEGIN
    SET @List = CASE @List WHEN N'' THEN N'it has no link at all' ELSE N'it has ' + @List END;
    EXEC milink.Throw 50717, @Link, @List;
END;
IF @Count > 1 EXEC milink.Throw 50719, N'@Link', @List;
SET @Link = @Found;
SET @Instance = COALESCE(NULLIF(@Instance, N''), NULLIF(milink.SettingOf(@Link, N'Instance'), N''));
GO
