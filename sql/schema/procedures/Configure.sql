-- SPDX-License-Identifier: MIT
CREATE OR ALTER PROCEDURE milink.Configure
/*
Shows the settings, and sets one, for a link or for all.

Rows: every setting with the value in force, its default, and where the value comes from; then the hooks (rows of milink.Hook,
which members of milink_admin insert, update and delete).

Examples
  EXEC milink.Configure;
  EXEC milink.Configure @Name = N'Enabled', @Value = N'N';                              -- no change to any link
  EXEC milink.Configure @Link = N'sales-link', @Name = N'Fence', @Value = N'app_web, [CONTOSO\svc-batch]';
  EXEC milink.Configure @Link = N'sales-link', @Name = N'Fence', @Reset = 'Y';          -- back to what holds for all links
*/
    @Link nvarchar(128) = NULL,           -- the link the value is for; NULL: all links
    @Name nvarchar(60) = NULL,            -- the setting; NULL: show them
    @Value nvarchar(400) = NULL,          -- its new value
    @Reset char(1) = 'N',                 -- Y: take the value away again
    @Help bit = 0,
    @Debug bit = 0,                       -- 1: print what was decided from
    @Version nvarchar(32) = NULL OUTPUT,
    @VersionCheckMode bit = 0
AS
SET NOCOUNT ON;
SET XACT_ABORT ON;
SET @Version = milink.Version();
IF @VersionCheckMode = 1 RETURN 0;
IF @Help = 1
BEGIN
    EXEC milink.Help N'Configure';
    RETURN 0;
END;
DECLARE @Problems nvarchar(max) = N'', @Kind varchar(10), @Least int, @Most int, @Allowed nvarchar(400), @PerLink bit, @Found nvarchar(60), @Number int,
    @Line nvarchar(max), @Of nvarchar(128) = ISNULL(@Link, N'');
IF @Name IS NOT NULL
BEGIN
    SELECT @Found = Name, @Kind = Kind, @Least = Least, @Most = Most, @Allowed = Allowed, @PerLink = PerLink
    FROM milink.SettingDefault
    WHERE LOWER(Name) = LOWER(@Name);
    IF @Found IS NULL EXEC milink.Throw 50727, @Name;
    EXEC milink.CheckChoice N'@Reset', @Reset, N'Y|N', 0, @Problems OUTPUT;
    IF @Of <> N'' AND @PerLink = 0 SET @Problems += N'@Link is ''' + @Of + N'''; ' + @Found + N' holds for all links.' + NCHAR(10);
    IF @Of <> N'' AND NOT EXISTS (SELECT 1 FROM milink.LocalLink WHERE Link = @Of)
        SET @Problems += N'@Link is ''' + @Of + N''', which this server does not have.' + NCHAR(10);
    IF @Reset = 'N' AND @Kind = 'choice' EXEC milink.CheckChoice N'@Value', @Value, @Allowed, 0, @Problems OUTPUT;
    IF @Reset = 'N' AND @Kind = 'int'
    BEGIN
        SET @Number = TRY_CONVERT(int, @Value);
        EXEC milink.CheckNumber N'@Value', @Number, @Least, @Most, @Problems OUTPUT;
    END;
    IF @Reset = 'N' AND @Value IS NULL AND @Kind = 'text' SET @Problems += N'@Value is NULL.' + NCHAR(10);
    IF @Reset = 'N' AND @Found = N'Fence' EXEC milink.CheckFence @Value, @Problems OUTPUT;
    EXEC milink.ThrowProblems N'Configure', @Problems;
    DELETE milink.Setting WHERE Link = @Of AND Name = @Found;
    IF @Reset = 'N' INSERT milink.Setting (Link, Name, Value) VALUES (@Of, @Found, @Value);
    IF @Debug = 1
    BEGIN
        SET @Line = @Found + N' is now ' + milink.SettingOf(@Of, @Found);
        EXEC milink.Say @Line;
    END;
END;
SELECT d.Name, milink.SettingOf(@Of, d.Name) AS Value, d.DefaultValue,
    CASE WHEN own.Value IS NOT NULL AND @Of <> N'' THEN N'this link' WHEN everyone.Value IS NOT NULL THEN N'all links' ELSE N'default' END AS Source,
    COALESCE(d.Allowed, CONVERT(nvarchar(11), d.Least) + N' to ' + CONVERT(nvarchar(11), d.Most), N'text') AS Takes, d.Meaning,
    COALESCE(own.ChangedAt, everyone.ChangedAt) AS ChangedAt, COALESCE(own.ChangedBy, everyone.ChangedBy) AS ChangedBy
FROM milink.SettingDefault AS d
LEFT JOIN milink.Setting AS own ON own.Name = d.Name AND own.Link = @Of AND @Of <> N''
LEFT JOIN milink.Setting AS everyone ON everyone.Name = d.Name AND everyone.Link = N''
ORDER BY d.Name;
SELECT HookId, Link, Phase, Moment, Ordinal, ProcedureName, OnError, TimeoutSeconds, IsEnabled
FROM milink.Hook
WHERE Link IN (N'', @Of) OR @Of = N''
ORDER BY Phase, Moment DESC, Ordinal, HookId;
RETURN 0;
GO
