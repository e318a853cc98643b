-- SPDX-License-Identifier: MIT
-- Adds a line to @Problems for each login of a fence that this server does not have, and for the caller's own.
CREATE OR ALTER PROCEDURE milink.CheckFence
    @Fence nvarchar(4000),
    @Problems nvarchar(max) OUTPUT
AS
SET NOCOUNT ON;
DECLARE @Found nvarchar(max), @Feed nchar(1) = NCHAR(10);
IF @Fence IN (N'None', N'Sessions') RETURN;
IF NOT EXISTS (SELECT 1 FROM milink.SplitList(@Fence)) SET @Problems += N'@Fence names nobody; allowed: None, Sessions, or a list of logins.' + @Feed;
SELECT * INTO #Line FROM milink.LineRow;
INSERT #Line (Ordinal, Text)
SELECT ROW_NUMBER() OVER (ORDER BY f.Item), N'@Fence names ' + QUOTENAME(f.Item) + CASE WHEN f.Item = ORIGINAL_LOGIN()
        THEN N', which is the login that calls; name the applications'' logins.'
        ELSE N', which is no login of this server; allowed: None, Sessions, or a list of logins.' END
FROM milink.SplitList(@Fence) AS f
WHERE f.Item = ORIGINAL_LOGIN() OR NOT EXISTS (SELECT 1 FROM milink.LocalLogin AS l WHERE l.LoginName = f.Item);
EXEC milink.JoinLines @Feed, @Found OUTPUT;
IF @Found <> N'' SET @Problems += @Found + @Feed;
GO
