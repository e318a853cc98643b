-- SPDX-License-Identifier: MIT
-- The value of a setting for a link: its own, else that for all links, else the default.
CREATE OR ALTER FUNCTION milink.SettingOf(@Link nvarchar(128), @Name nvarchar(60))
RETURNS nvarchar(400)
AS
BEGIN
    RETURN COALESCE(
        (SELECT Value FROM milink.Setting WHERE Link = @Link AND Name = @Name),
        (SELECT Value FROM milink.Setting WHERE Link = N'' AND Name = @Name),
        (SELECT DefaultValue FROM milink.SettingDefault WHERE Name = @Name));
END;
GO
