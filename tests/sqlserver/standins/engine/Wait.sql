-- SPDX-License-Identifier: MIT
CREATE OR ALTER PROCEDURE milink.Wait
    @Seconds int
AS
SET NOCOUNT ON;
EXEC milinktest.Meet N'Wait', 0;
EXEC milinktest.Tick @Seconds;
GO
