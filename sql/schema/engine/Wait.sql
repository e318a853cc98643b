-- SPDX-License-Identifier: MIT
-- Waits so many seconds (0 to 3600). Waits are short, in loops, so that KILL and cancel take at once.
CREATE OR ALTER PROCEDURE milink.Wait
    @Seconds int
AS
SET NOCOUNT ON;
DECLARE @Delay char(8) = CONVERT(char(8), DATEADD(SECOND, @Seconds, CAST('00:00:00' AS time(0))), 108);
WAITFOR DELAY @Delay;
GO
