-- SPDX-License-Identifier: MIT
-- What the licence of an instance should be changed to after (or before) a role change of a link; NULL: it is so already, or must stay.
-- @Direction NULL: by the roles as they are. @Failed: why it could not be worked out.
-- Passive only while no link of the instance has it as primary; Azure judges by itself what else runs there (hybrid_secondary_usage_detected).
CREATE OR ALTER PROCEDURE milink.LicenseWanted
    @Instance nvarchar(64),
    @Link nvarchar(128),
    @Direction varchar(11),
    @Usage nvarchar(16) OUTPUT,
    @LicenseType nvarchar(32) OUTPUT,
    @Failed nvarchar(1600) OUTPUT
AS
SET NOCOUNT ON;
SET XACT_ABORT OFF;
DECLARE @IsUsage nvarchar(16), @IsType nvarchar(32), @Primary int, @Secondary int, @Serves bit;
SELECT @Usage = NULL, @LicenseType = NULL, @Failed = NULL;
SELECT * INTO #XpLicenseGet FROM milink.XpLicenseGetRow;
BEGIN TRY
    EXEC milink.XpLicenseGet @Instance = @Instance;
    SELECT @IsUsage = hybrid_secondary_usage, @IsType = license_type, @Primary = links_primary, @Secondary = links_secondary FROM #XpLicenseGet;
END TRY
BEGIN CATCH
    SET @Failed = LEFT(ERROR_MESSAGE(), 1600);
    RETURN;
END CATCH;
SET @Serves = CASE WHEN @Direction = 'ToAzure' OR @Primary > 0 OR @Secondary = 0 THEN 1 ELSE 0 END;
SET @Usage = CASE @Serves WHEN 1 THEN N'Active' ELSE N'Passive' END;
SET @LicenseType = NULLIF(milink.SettingOf(@Link, CASE @Serves WHEN 1 THEN N'LicenseTypeActive' ELSE N'LicenseTypePassive' END), N'');
IF @Usage = @IsUsage SET @Usage = NULL;
IF @LicenseType = @IsType SET @LicenseType = NULL;
GO
