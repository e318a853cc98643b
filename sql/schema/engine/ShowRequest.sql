-- SPDX-License-Identifier: MIT
-- Prints what a request would have sent to Azure (@what_if = 1 left it in the caller's #XpOperation), or why it would be refused.
CREATE OR ALTER PROCEDURE milink.ShowRequest
    @RunId int,
    @AskError int,
    @AskMessage nvarchar(2048)
AS
SET NOCOUNT ON;
DECLARE @Line nvarchar(max) = N'it would be refused now: ' + @AskMessage;
IF @AskError IS NULL SELECT @Line = N'request: ' + detail FROM #XpOperation;
EXEC milink.Note @RunId, @Line;
GO
