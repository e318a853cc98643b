-- SPDX-License-Identifier: MIT
-- 0 when the last sample of each database before the act was equal on both sides; NULL when nothing was proven, or nothing was done.
CREATE OR ALTER FUNCTION milink.RpoSeconds(@RunId int)
RETURNS int
AS
BEGIN
    DECLARE @Last int, @Proven bit;
    SELECT @Proven = 1
    FROM milink.Run AS r
    JOIN milink.RunPhase AS p ON p.RunId = r.RunId AND p.Phase = 'PROVE' AND p.EndedAt IS NOT NULL
    WHERE r.RunId = @RunId AND r.PastNoReturn = 1;
    IF @Proven = 1
        SELECT @Last = SUM(CASE WHEN s.IsEqual = 1 THEN 0 ELSE 1 END)
        FROM milink.LsnSample AS s
        WHERE s.RunId = @RunId AND s.SampledAt = (SELECT MAX(SampledAt) FROM milink.LsnSample WHERE RunId = @RunId);
    RETURN CASE WHEN @Last = 0 THEN 0 END;
END;
GO
