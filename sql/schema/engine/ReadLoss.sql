-- SPDX-License-Identifier: MIT
-- Reads what a forced failover would lose into the caller's #Loss. Either side may be away: what is not known is said to be not known.
-- @IsHealthy: both sides answer, are connected and healthy, so that a planned one would do.
CREATE OR ALTER PROCEDURE milink.ReadLoss
    @Instance nvarchar(64),
    @Link nvarchar(128),
    @Direction varchar(11),
    @IsHealthy bit OUTPUT,
    @InstanceRole nvarchar(60) OUTPUT,
    @Trouble nvarchar(1600) OUTPUT
AS
SET NOCOUNT ON;
SET XACT_ABORT OFF;
SELECT @IsHealthy = 0, @InstanceRole = NULL, @Trouble = NULL;
SELECT * INTO #LinkNow FROM milink.LinkNowRow;
BEGIN TRY
    EXEC milink.ReadLink @Instance, @Link;
END TRY
BEGIN CATCH
    SET @Trouble = LEFT(ERROR_MESSAGE(), 1600);
END CATCH;
INSERT #Loss (DatabaseName, OldPrimaryLsn, NewPrimaryLsn, OldPrimaryCommitAt, NewPrimaryCommitAt, UnsentKb, Verdict)
SELECT DatabaseName,
    CASE @Direction WHEN 'ToAzure' THEN LocalLsn ELSE InstanceLsn END, CASE @Direction WHEN 'ToAzure' THEN InstanceLsn ELSE LocalLsn END,
    CASE @Direction WHEN 'ToAzure' THEN LocalCommitAt ELSE InstanceCommitAt END,
    CASE @Direction WHEN 'ToAzure' THEN InstanceCommitAt ELSE LocalCommitAt END,
    CASE @Direction WHEN 'ToAzure' THEN SendQueueKb END,
    -- What Azure tells of an instance that it does not reach is what it last heard.
    CASE WHEN @Direction = 'ToSqlServer' AND ISNULL(Connected, N'') <> N'CONNECTED' AND InstanceLsn IS NOT NULL
        THEN N'not known: the sides are not connected, and the primary may have more than Azure has last heard of it' END
FROM #LinkNow;
UPDATE #Loss
SET Verdict = CASE
        WHEN OldPrimaryLsn IS NULL THEN N'not known: the side that is primary does not tell what it has'
        WHEN NewPrimaryLsn IS NULL THEN N'not known: the side that would be primary does not tell what it has'
        WHEN OldPrimaryLsn <= NewPrimaryLsn THEN N'nothing, if nobody writes any more'
        ELSE N'what was committed after the new primary''s last commit' END,
    -- The clocks of the two sides may differ: less than nothing is not known.
    SecondsLost = CASE WHEN OldPrimaryLsn <= NewPrimaryLsn THEN 0
        WHEN OldPrimaryCommitAt >= NewPrimaryCommitAt AND NewPrimaryLsn IS NOT NULL AND OldPrimaryLsn IS NOT NULL
            THEN DATEDIFF(SECOND, NewPrimaryCommitAt, OldPrimaryCommitAt) END
WHERE Verdict IS NULL;
SELECT @InstanceRole = MAX(InstanceRole), @IsHealthy = CASE WHEN COUNT(*) > 0 AND COUNT(*) =
    SUM(CASE WHEN Connected = N'CONNECTED' AND LocalHealth = N'HEALTHY' AND InstanceHealth = N'HEALTHY' THEN 1 ELSE 0 END) THEN 1 ELSE 0 END
FROM #LinkNow;
GO
