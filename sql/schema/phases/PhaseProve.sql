-- SPDX-License-Identifier: MIT
-- PROVE: the hardened LSN of every database is the same on both sides, and does not move, in so many samples in a row. Every sample is
-- kept. What is compared are SQL Server's own LSN and the one that Azure reads on the instance, not two columns of one server.
CREATE OR ALTER PROCEDURE milink.PhaseProve
    @RunId int
AS
SET NOCOUNT ON;
DECLARE @Instance nvarchar(64), @Link nvarchar(128), @Shown bit, @Now datetime2(3), @Stable int = 0, @Line nvarchar(max),
    @Wanted int = CONVERT(int, milink.OptionOf(@RunId, N'StableSamples')), @Before nvarchar(max) = N'', @After nvarchar(max),
    @Seconds int = CONVERT(int, milink.OptionOf(@RunId, N'SampleSeconds')), @Open int, @WaitingFor nvarchar(400);
SELECT @Instance = Instance, @Link = Link, @Shown = CASE State WHEN 'Shown' THEN 1 ELSE 0 END FROM milink.Run WHERE RunId = @RunId;
EXEC milink.NoteSessions @RunId;
SELECT * INTO #LinkNow FROM milink.LinkNowRow;
SELECT * INTO #Line FROM milink.LineRow;
WHILE 1 = 1
BEGIN
    EXEC milink.ReadLink @Instance, @Link;
    SET @Now = milink.UtcNow();
    INSERT milink.LsnSample (RunId, SampledAt, DatabaseName, SqlServerLsn, InstanceLsn)
    SELECT @RunId, @Now, DatabaseName, LocalLsn, InstanceLsn FROM #LinkNow WHERE DatabaseName IS NOT NULL;
    SELECT @Open = SUM(CASE WHEN LocalLsn = InstanceLsn THEN 0 ELSE 1 END) FROM #LinkNow;
    INSERT #Line (Ordinal, Text)
    SELECT ROW_NUMBER() OVER (ORDER BY DatabaseName), DatabaseName + N' ' + ISNULL(CONVERT(nvarchar(30), InstanceLsn), N'?') FROM #LinkNow;
    EXEC milink.JoinLines N'; ', @After OUTPUT;
    SET @Stable = CASE WHEN ISNULL(@Open, 1) > 0 THEN 0 WHEN @After = @Before THEN @Stable + 1 ELSE 1 END;
    SET @Before = @After;
    SET @WaitingFor = CASE WHEN ISNULL(@Open, 1) > 0
            THEN N'equal LSNs (' + CONVERT(nvarchar(11), ISNULL(@Open, 1)) + N' of the databases not equal)'
        ELSE N'LSNs that stand still (' + CONVERT(nvarchar(11), @Stable) + N' of ' + CONVERT(nvarchar(11), @Wanted) + N' samples)' END;
    SET @Line = CASE WHEN @Stable > 0 THEN N'equal ' ELSE N'not equal ' END + CONVERT(nvarchar(11), @Stable) + N' of '
        + CONVERT(nvarchar(11), @Wanted) + N': ' + @After;
    EXEC milink.Note @RunId, @Line;
    IF @Stable >= @Wanted RETURN;
    IF @Shown = 1
    BEGIN
        EXEC milink.Note @RunId, N'would go on sampling until the LSNs are equal and stand still';
        RETURN;
    END;
    EXEC milink.Pause @RunId, @Seconds, @WaitingFor;
END;
GO
