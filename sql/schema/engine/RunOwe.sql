-- SPDX-License-Identifier: MIT
-- Writes down what a run still owes: it goes on, and ends Incomplete; one at its end (a hook after REPORT) becomes so.
CREATE OR ALTER PROCEDURE milink.RunOwe
    @RunId int,
    @Subject nvarchar(400),
    @What nvarchar(1600)
AS
SET NOCOUNT ON;
UPDATE milink.Run
SET State = CASE State WHEN 'Succeeded' THEN 'Incomplete' ELSE State END,
    ErrorMessage = LEFT(ISNULL(ErrorMessage + N' | ', N'') + @Subject + N': ' + @What, 2048)
WHERE RunId = @RunId;
GO
