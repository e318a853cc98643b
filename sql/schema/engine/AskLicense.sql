-- SPDX-License-Identifier: MIT
-- Asks Azure, once in a run, for a licence change, and waits a minute for it. @Failed: why it is not (known to be) made.
CREATE OR ALTER PROCEDURE milink.AskLicense
    @RunId int,
    @Usage nvarchar(16),
    @LicenseType nvarchar(32),
    @Failed nvarchar(1600) OUTPUT
AS
SET NOCOUNT ON;
SET XACT_ABORT OFF;
DECLARE @Instance nvarchar(64), @Shown bit, @StepId int, @RequestId nvarchar(36), @IsNew bit, @Reason nvarchar(400), @ChangeRef nvarchar(64),
    @Text nvarchar(400) = N'xp_milink_license_set ' + ISNULL(@Usage, N'') + N' ' + ISNULL(@LicenseType, N''), @AskError int, @AskMessage nvarchar(2048);
SELECT @Instance = Instance, @Shown = CASE State WHEN 'Shown' THEN 1 ELSE 0 END, @Reason = Reason, @ChangeRef = ChangeRef
FROM milink.Run
WHERE RunId = @RunId;
SELECT * INTO #XpOperation FROM milink.XpOperationRow;
EXEC milink.BeginRequest @RunId, @Text, @StepId OUTPUT, @RequestId OUTPUT, @IsNew OUTPUT;
IF @IsNew = 1
BEGIN TRY
    EXEC milink.XpLicenseSet @Instance = @Instance, @LicenseType = @LicenseType, @HybridSecondaryUsage = @Usage, @RequestId = @RequestId,
        @Reason = @Reason, @ChangeRef = @ChangeRef, @WhatIf = @Shown;
END TRY
BEGIN CATCH
    SELECT @AskError = ERROR_NUMBER(), @AskMessage = LEFT(ERROR_MESSAGE(), 2048);
END CATCH;
IF @Shown = 1
BEGIN
    EXEC milink.ShowRequest @RunId, @AskError, @AskMessage;
    RETURN;
END;
BEGIN TRY
    EXEC milink.FollowRequest @RunId, @StepId, @AskError, @AskMessage, @Failed OUTPUT, @Seconds = 60;
    IF @Failed IS NULL AND NOT EXISTS (SELECT 1 FROM #XpOperation WHERE request_id = @RequestId AND state = N'Succeeded')
        SET @Failed = N'Azure does not tell how the change ended';
END TRY
BEGIN CATCH
    SET @Failed = LEFT(ERROR_MESSAGE(), 1600);
END CATCH;
GO
