-- SPDX-License-Identifier: MIT
-- The text of a procedure of the schema, lines parted by LF alone.
CREATE OR ALTER FUNCTION milink.ModuleText(@Name nvarchar(128))
RETURNS nvarchar(max)
AS
BEGIN
    RETURN REPLACE((SELECT m.definition
                    FROM sys.sql_modules AS m
                    JOIN sys.procedures AS p ON p.object_id = m.object_id
                    WHERE p.schema_id = SCHEMA_ID(N'milink') AND p.name = @Name), NCHAR(13), N'');
END;
GO
