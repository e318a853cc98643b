-- SPDX-License-Identifier: MIT
-- Asks Azure, once, to delete the run's link, and follows it to its end. @Failed: why it was not done, as milink.FollowRequest has it.
CREATE OR ALTER PROCEDURE milink.AskDelete
    @RunId int,
    @Failed nvarchar(1600) OUTPUT
AS
SET NOCOUNT ON;
SET XACT_ABORT OFF;
DECLARE @Instance nvarchar(64), @Link nvarchar(128), @Shown bit, @StepId int, @RequestId nvarchar(36), @IsNew bit, @Confirm nvarchar(160),
    @Reason nvarchar(400), @ChangeRef nvarchar(64), @Text nvarchar(400), @AskError int, @AskMessage nvarchar(2048);
SELECT @Instance = Instance, @Link = Link, @Shown = CASE State WHEN 'Shown' THEN 1 ELSE 0 END, @Reason = Reason, @ChangeRef = ChangeRef,
    @Confirm = N'DELETE ' + Link, @Text = N'xp_milink_link_delete ' + milink.Literal(Link)
FROM milink.Run
WHERE RunId = @RunId;
SELECT * INTO #XpOperation FROM milink.XpOperationRow;
EXEC milink.BeginRequest @RunId, @Text, @StepId OUTPUT, @RequestId OUTPUT, @IsNew OUTPUT;
IF @IsNew = 1
BEGIN TRY
    EXEC milink.XpLinkDelete @Instance = @Instance, @Link = @Link, @Confirm = @Confirm, @RequestId = @RequestId, @Reason = @Reason,
        @ChangeRef = @ChangeRef, @WhatIf = @Shown;
END TRY
BEGIN CATCH
    SELECT @AskError = ERROR_NUMBER(), @AskMessage = LEFT(ERROR_MESSAGE(), 2048);
END CATCH;
IF @Shown = 1
    EXEC milink.ShowRequest @RunId, @AskError, @AskMessage;
ELSE
    EXEC milink.FollowRequest @RunId, @StepId, @AskError, @AskMessage, @Failed OUTPUT;
GO
