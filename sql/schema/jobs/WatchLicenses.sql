-- SPDX-License-Identifier: MIT
-- What the licence job does: tries again what is owed, and raises an alert where the licence does not fit the role.
CREATE OR ALTER PROCEDURE milink.WatchLicenses
AS
SET NOCOUNT ON;
SET XACT_ABORT OFF;
DECLARE @Name nvarchar(128) = N'', @Alias nvarchar(64), @Text nvarchar(max), @Message nvarchar(2000);
EXEC milink.LicenseSettle;
SELECT * INTO #Line FROM milink.LineRow;
SELECT * INTO #XpLicenseGet FROM milink.XpLicenseGetRow;
WHILE 1 = 1
BEGIN
    SELECT TOP (1) @Name = Link FROM milink.LocalLink WHERE Link > @Name ORDER BY Link;
    IF @@ROWCOUNT = 0 BREAK;
    SET @Alias = NULLIF(milink.SettingOf(@Name, N'Instance'), N'');
    DELETE #XpLicenseGet;
    BEGIN TRY
        EXEC milink.XpLicenseGet @Instance = @Alias;
        INSERT #Line (Ordinal, Text)
        SELECT (SELECT COUNT(*) FROM #Line), @Name + N': ' + verdict + ISNULL(N' ' + verdict_text, N'') FROM #XpLicenseGet WHERE verdict <> N'OK';
    END TRY
    BEGIN CATCH
        INSERT #Line (Ordinal, Text) SELECT COUNT(*), @Name + N': ' + ERROR_MESSAGE() FROM #Line;
    END CATCH;
END;
INSERT #Line (Ordinal, Text)
SELECT 1000 + DebtId, N'owed since ' + CONVERT(nvarchar(30), CreatedAt, 121) + N': ' + HybridSecondaryUsage + ISNULL(N', ' + LastError, N'')
FROM milink.LicenseDebt
WHERE SettledAt IS NULL;
EXEC milink.JoinLines N'; ', @Text OUTPUT;
IF @Text = N'' RETURN;
SET @Message = LEFT(N'milink: licence: ' + @Text, 2000);
EXEC milink.RaiseAlert 50728, @Message;
GO
