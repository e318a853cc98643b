-- SPDX-License-Identifier: MIT
CREATE OR ALTER PROCEDURE milink.XpLinkFailover
    @Instance nvarchar(64) = NULL,
    @Link nvarchar(128),
    @FailoverType nvarchar(32),
    @Confirm nvarchar(160) = NULL,
    @ExpectedRole nvarchar(16) = NULL,
    @RequestId nvarchar(36) = NULL,
    @WaitSeconds int = NULL,
    @Reason nvarchar(400) = NULL,
    @ChangeRef nvarchar(64) = NULL,
    @OperationId nvarchar(36) = NULL OUTPUT,
    @WhatIf bit = NULL,
    @TimeoutSeconds int = NULL
AS
SET NOCOUNT ON;
EXEC milinktest.Call N'XpLinkFailover', @FailoverType;
IF @FailoverType = N'ForcedAllowDataLoss' AND ISNULL(@Confirm, N'') <> N'LOSE DATA ON ' + @Link
    THROW 50559, N'this step needs a confirmation', 1;
IF @ExpectedRole <> (SELECT InstanceRole FROM milinktest.Link WHERE Link = @Link) THROW 50568, N'the instance''s role is not @expected_role', 1;
IF @FailoverType = N'Planned' AND (SELECT InstanceRole FROM milinktest.Link WHERE Link = @Link) = N'Secondary'
    AND NOT EXISTS (SELECT 1 FROM milinktest.Operation WHERE RequestId = @RequestId)
    THROW 50605, N'a planned failover starts at the primary side', 1;
IF @WhatIf = 1
BEGIN
    INSERT #XpOperation (request_id, procedure_name, link, state, detail)
    VALUES (@RequestId, N'xp_milink_link_failover', @Link, N'Shown', N'POST .../failover {"failoverType":"' + @FailoverType + N'"}');
    RETURN;
END;
EXEC milinktest.AskOperation N'xp_milink_link_failover', @Link, @RequestId, @FailoverType;
EXEC milinktest.Meet N'XpLinkFailover', 1;
INSERT #XpOperation (operation_id, request_id, procedure_name, link, state, started_at, error_number, error_message, arm_request_id)
SELECT OperationId, RequestId, ProcedureName, Link, State, StartedAt, ErrorNumber, ErrorMessage, N'arm-1' FROM milinktest.Operation WHERE RequestId = @RequestId;
GO
