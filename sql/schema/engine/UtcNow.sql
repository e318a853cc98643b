-- SPDX-License-Identifier: MIT
-- The time, in UTC: the one clock of the schema.
CREATE OR ALTER FUNCTION milink.UtcNow()
RETURNS datetime2(3)
AS
BEGIN
    RETURN SYSUTCDATETIME();
END;
GO
