-- SPDX-License-Identifier: MIT
-- What a run was asked for; NULL when it was not said.
CREATE OR ALTER FUNCTION milink.OptionOf(@RunId int, @Name nvarchar(60))
RETURNS nvarchar(4000)
AS
BEGIN
    RETURN (SELECT Value FROM milink.RunOption WHERE RunId = @RunId AND Name = @Name);
END;
GO
