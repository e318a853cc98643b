-- SPDX-License-Identifier: MIT
-- The version of the schema, as milink.* procedures give it in @Version.
CREATE OR ALTER FUNCTION milink.Version()
RETURNS nvarchar(32)
AS
BEGIN
    RETURN N'1.0.0';
END;
GO
