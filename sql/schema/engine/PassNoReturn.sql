-- SPDX-License-Identifier: MIT
-- From here a run only goes forward. Called just before the act, so that a crash in between finds it passed. Whoever asked to stop before this has
-- stopped it: milink.Abort asks only while it is not passed, so that one of the two is first.
CREATE OR ALTER PROCEDURE milink.PassNoReturn
    @RunId int
AS
SET NOCOUNT ON;
DECLARE @Passed int;
EXEC milink.CheckStop @RunId;
UPDATE milink.Run SET PastNoReturn = 1 WHERE RunId = @RunId AND State = 'Running' AND PastNoReturn = 0 AND AbortAsked = 0;
SET @Passed = @@ROWCOUNT;
IF @Passed = 1 EXEC milink.Note @RunId, N'the point of no return';
ELSE EXEC milink.CheckStop @RunId;
GO
