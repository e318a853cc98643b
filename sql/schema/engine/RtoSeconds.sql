-- SPDX-License-Identifier: MIT
-- How long the databases did not serve in a run: from the first phase that keeps the applications off to the end of the one that shows that the
-- new primary serves. NULL until then.
CREATE OR ALTER FUNCTION milink.RtoSeconds(@RunId int)
RETURNS int
AS
BEGIN
    RETURN DATEDIFF(SECOND,
        (SELECT MIN(StartedAt) FROM milink.RunPhase WHERE RunId = @RunId AND Phase IN ('FENCE', 'FORCE')),
        (SELECT MAX(EndedAt) FROM milink.RunPhase WHERE RunId = @RunId AND Phase IN ('VERIFY', 'DELETE')));
END;
GO
