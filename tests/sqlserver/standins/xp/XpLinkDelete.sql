-- SPDX-License-Identifier: MIT
CREATE OR ALTER PROCEDURE milink.XpLinkDelete
    @Instance nvarchar(64) = NULL,
    @Link nvarchar(128),
    @Confirm nvarchar(160) = NULL,
    @Force bit = NULL,
    @RequestId nvarchar(36) = NULL,
    @WaitSeconds int = NULL,
    @Reason nvarchar(400) = NULL,
    @ChangeRef nvarchar(64) = NULL,
    @OperationId nvarchar(36) = NULL OUTPUT,
    @WhatIf bit = NULL,
    @TimeoutSeconds int = NULL
AS
SET NOCOUNT ON;
EXEC milinktest.Call N'XpLinkDelete', @Link;
IF ISNULL(@Confirm, N'') <> N'DELETE ' + @Link THROW 50559, N'this step needs a confirmation', 1;
IF @WhatIf = 1
BEGIN
    INSERT #XpOperation (request_id, procedure_name, link, state, detail)
    VALUES (@RequestId, N'xp_milink_link_delete', @Link, N'Shown', N'DELETE .../distributedAvailabilityGroups/' + @Link);
    RETURN;
END;
EXEC milinktest.AskOperation N'xp_milink_link_delete', @Link, @RequestId, NULL;
EXEC milinktest.Meet N'XpLinkDelete', 1;
INSERT #XpOperation (operation_id, request_id, procedure_name, link, state, started_at, error_number, error_message, arm_request_id)
SELECT OperationId, RequestId, ProcedureName, Link, State, StartedAt, ErrorNumber, ErrorMessage, N'arm-1' FROM milinktest.Operation WHERE RequestId = @RequestId;
GO
