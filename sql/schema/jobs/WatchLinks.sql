-- SPDX-License-Identifier: MIT
-- What the health job does: reads every link, and raises an alert for those that are not well.
CREATE OR ALTER PROCEDURE milink.WatchLinks
AS
SET NOCOUNT ON;
SET XACT_ABORT OFF;
DECLARE @Name nvarchar(128) = N'', @Alias nvarchar(64), @Text nvarchar(max), @Message nvarchar(2000);
SELECT * INTO #Status FROM milink.StatusRow;
WHILE 1 = 1
BEGIN
    SELECT TOP (1) @Name = Link FROM milink.LocalLink WHERE Link > @Name ORDER BY Link;
    IF @@ROWCOUNT = 0 BREAK;
    SET @Alias = NULLIF(milink.SettingOf(@Name, N'Instance'), N'');
    EXEC milink.ReadStatus @Alias, @Name;
END;
SELECT * INTO #Line FROM milink.LineRow;
INSERT #Line (Ordinal, Text)
SELECT ROW_NUMBER() OVER (ORDER BY Link, DatabaseName), Link + ISNULL(N' ' + DatabaseName, N'') + N': ' + Verdict + ISNULL(N' ' + NULLIF(VerdictText, N''), N'')
FROM #Status
WHERE Verdict NOT IN (N'OK', N'FAILING_OVER', N'SEEDING', N'LICENCE');
EXEC milink.JoinLines N'; ', @Text OUTPUT;
IF @Text = N'' RETURN;
SET @Message = LEFT(N'milink: links that are not well: ' + @Text, 2000);
EXEC milink.RaiseAlert 50731, @Message;
GO
