-- SPDX-License-Identifier: MIT
-- Reads both sides once more, and throws 50713 when a database has other log than in the last sample of PROVE: somebody wrote since
-- (a hook took its time, a login was not fenced). The reading is kept with the samples.
CREATE OR ALTER PROCEDURE milink.CheckProof
    @RunId int
AS
SET NOCOUNT ON;
DECLARE @Instance nvarchar(64), @Link nvarchar(128), @Now datetime2(3), @Last datetime2(3), @Moved nvarchar(128), @Detail nvarchar(400);
SELECT @Instance = Instance, @Link = Link FROM milink.Run WHERE RunId = @RunId AND State = 'Running';
IF @@ROWCOUNT = 0 RETURN; -- one that only shows has proven nothing
SELECT * INTO #LinkNow FROM milink.LinkNowRow;
EXEC milink.ReadLink @Instance, @Link;
SELECT @Last = MAX(SampledAt) FROM milink.LsnSample WHERE RunId = @RunId;
SELECT TOP (1) @Moved = ISNULL(n.DatabaseName, @Link)
FROM #LinkNow AS n
WHERE NOT EXISTS (SELECT 1 FROM milink.LsnSample AS s
                  WHERE s.RunId = @RunId AND s.SampledAt = @Last AND s.DatabaseName = n.DatabaseName AND s.SqlServerLsn = n.LocalLsn
                      AND s.InstanceLsn = n.InstanceLsn)
ORDER BY n.DatabaseName;
SET @Now = milink.UtcNow();
INSERT milink.LsnSample (RunId, SampledAt, DatabaseName, SqlServerLsn, InstanceLsn)
SELECT @RunId, @Now, DatabaseName, LocalLsn, InstanceLsn FROM #LinkNow WHERE DatabaseName IS NOT NULL;
IF @Moved IS NULL RETURN;
SET @Detail = @Moved + N': log was written after both sides were proven equal';
EXEC milink.Throw 50713, @Link, @Detail;
GO
