-- SPDX-License-Identifier: MIT
-- RELEASE: what FENCE closed is opened again. A login that cannot be enabled is owed, not a reason to stop.
CREATE OR ALTER PROCEDURE milink.PhaseRelease
    @RunId int
AS
SET NOCOUNT ON;
DECLARE @Shown bit, @Left nvarchar(1600);
SELECT @Shown = CASE State WHEN 'Shown' THEN 1 ELSE 0 END FROM milink.Run WHERE RunId = @RunId;
IF @Shown = 1
BEGIN
    EXEC milink.Note @RunId, N'would enable again what FENCE disabled';
    RETURN;
END;
EXEC milink.RunUndo @RunId, 'FENCE', @Left OUTPUT;
IF @Left <> N'' EXEC milink.RunOwe @RunId, N'FENCE', @Left;
GO
