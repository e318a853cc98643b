-- SPDX-License-Identifier: MIT
-- The one place where a statement that the schema has built is executed. Granted to nobody: it is reached through procedures that
-- build their statements from names of the catalogue, quoted.
CREATE OR ALTER PROCEDURE milink.ExecuteStatement
    @Statement nvarchar(max)
AS
SET NOCOUNT ON;
EXEC (@Statement);
GO
