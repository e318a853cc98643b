-- SPDX-License-Identifier: MIT
-- Ends a run that has come to its end, and gives back the link's lock. One that only shows has none, and may be called by one that has.
CREATE OR ALTER PROCEDURE milink.RunEnd
    @RunId int
AS
SET NOCOUNT ON;
DECLARE @Link nvarchar(128), @State varchar(10);
SELECT @Link = Link, @State = State FROM milink.Run WHERE RunId = @RunId;
UPDATE milink.Run
SET State = CASE WHEN State = 'Shown' THEN 'Shown' WHEN ErrorMessage IS NULL THEN 'Succeeded' ELSE 'Incomplete' END,
    EndedAt = milink.UtcNow(), ErrorNumber = NULL
WHERE RunId = @RunId AND State IN ('Running', 'Shown');
IF @State = 'Running' EXEC milink.ReleaseLock @Link;
GO
