-- SPDX-License-Identifier: MIT
-- Tries again the licence changes that are owed and due. What the role wants is worked out anew: a debt that the role has overtaken is settled by nothing.
-- A request whose outcome is open is asked again with its own id, so it is not done twice; after a known failure the next try has a new one,
-- later each time, at most an hour.
CREATE OR ALTER PROCEDURE milink.LicenseSettle
AS
SET NOCOUNT ON;
SET XACT_ABORT OFF;
DECLARE @DebtId int = 0, @Instance nvarchar(64), @Link nvarchar(128), @RequestId nvarchar(36), @Usage nvarchar(16), @LicenseType nvarchar(32), @Failed nvarchar(1600),
    @State nvarchar(16), @Line nvarchar(max);
SELECT * INTO #XpOperation FROM milink.XpOperationRow;
WHILE 1 = 1
BEGIN
    SELECT TOP (1) @DebtId = d.DebtId, @Instance = d.Instance, @RequestId = d.RequestId, @Link = ISNULL(r.Link, N'')
    FROM milink.LicenseDebt AS d
    LEFT JOIN milink.Run AS r ON r.RunId = d.RunId
    WHERE d.SettledAt IS NULL AND d.NextTryAt <= milink.UtcNow() AND d.DebtId > @DebtId
    ORDER BY d.DebtId;
    IF @@ROWCOUNT = 0 BREAK;
    SET @State = NULL;
    DELETE #XpOperation;
    EXEC milink.LicenseWanted @Instance, @Link, NULL, @Usage OUTPUT, @LicenseType OUTPUT, @Failed OUTPUT;
    IF @Failed IS NULL AND (@Usage IS NOT NULL OR @LicenseType IS NOT NULL)
    BEGIN TRY
        EXEC milink.XpLicenseSet @Instance = @Instance, @LicenseType = @LicenseType, @HybridSecondaryUsage = @Usage, @RequestId = @RequestId, @WaitSeconds = 30,
            @Reason = N'owed since a role change';
        SELECT @State = state, @Failed = CASE WHEN state IN (N'Failed', N'Canceled') THEN COALESCE(error_message, state)
            WHEN state = N'Succeeded' THEN NULL ELSE N'it is ' + state END
        FROM #XpOperation;
    END TRY
    BEGIN CATCH
        SET @Failed = LEFT(ERROR_MESSAGE(), 1600);
        IF ERROR_NUMBER() NOT BETWEEN 50501 AND 50509 SET @State = N'Failed';
    END CATCH;
    UPDATE milink.LicenseDebt
    SET Tries = Tries + 1, LastError = @Failed, SettledAt = CASE WHEN @Failed IS NULL THEN milink.UtcNow() END,
        NextTryAt = DATEADD(SECOND, CASE WHEN Tries >= 6 THEN 3600 ELSE 60 * POWER(2, Tries) END, milink.UtcNow()),
        RequestId = CASE WHEN @State IN (N'Failed', N'Canceled') THEN LOWER(CONVERT(nvarchar(36), NEWID())) ELSE RequestId END
    WHERE DebtId = @DebtId;
    SET @Line = N'debt ' + CONVERT(nvarchar(11), @DebtId) + N': ' + ISNULL(N'still owed: ' + @Failed, N'settled');
    EXEC milink.Say @Line;
END;
GO
