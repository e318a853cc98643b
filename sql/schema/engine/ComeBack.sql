-- SPDX-License-Identifier: MIT
-- The act was refused and both sides have been read: nothing has changed, so the run is before the point of no return again.
CREATE OR ALTER PROCEDURE milink.ComeBack
    @RunId int,
    @Why nvarchar(1600)
AS
SET NOCOUNT ON;
DECLARE @Link nvarchar(128);
UPDATE milink.Run SET PastNoReturn = 0 WHERE RunId = @RunId AND State = 'Running';
SELECT @Link = Link FROM milink.Run WHERE RunId = @RunId;
EXEC milink.Throw 50713, @Link, @Why;
GO
