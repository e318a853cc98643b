-- SPDX-License-Identifier: MIT
-- REPORT: the run is at its end; its rows go to the caller.
CREATE OR ALTER PROCEDURE milink.PhaseReport
    @RunId int
AS
SET NOCOUNT ON;
EXEC milink.RunEnd @RunId;
EXEC milink.Report @RunId = @RunId;
GO
