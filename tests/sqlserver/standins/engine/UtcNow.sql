-- SPDX-License-Identifier: MIT
CREATE OR ALTER FUNCTION milink.UtcNow()
RETURNS datetime2(3)
AS
BEGIN
    RETURN (SELECT Now FROM milinktest.World);
END;
GO
