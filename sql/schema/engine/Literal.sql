-- SPDX-License-Identifier: MIT
-- A text as a literal for a statement that is built: N'O''Brien'. NULL becomes NULL.
CREATE OR ALTER FUNCTION milink.Literal(@Text nvarchar(max))
RETURNS nvarchar(max)
AS
BEGIN
    RETURN ISNULL(N'N''' + REPLACE(@Text, N'''', N'''''') + N'''', N'NULL');
END;
GO
