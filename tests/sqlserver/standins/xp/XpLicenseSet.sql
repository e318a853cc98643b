-- SPDX-License-Identifier: MIT
CREATE OR ALTER PROCEDURE milink.XpLicenseSet
    @Instance nvarchar(64) = NULL,
    @LicenseType nvarchar(32) = NULL,
    @HybridSecondaryUsage nvarchar(16) = NULL,
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
DECLARE @Detail nvarchar(400) = ISNULL(@HybridSecondaryUsage, N'') + N' ' + ISNULL(@LicenseType, N'');
EXEC milinktest.Call N'XpLicenseSet', @Detail;
IF @HybridSecondaryUsage = N'Passive' AND ISNULL(@Force, 0) = 0 AND EXISTS (SELECT 1 FROM milinktest.Link WHERE InstanceRole = N'Primary' AND IsAzure = 1)
    THROW 50567, N'the hybrid failover benefit is not for an instance that serves', 1;
IF @WhatIf = 1
BEGIN
    INSERT #XpOperation (request_id, procedure_name, state, detail) VALUES (@RequestId, N'xp_milink_license_set', N'Shown', N'PATCH ... ' + @Detail);
    RETURN;
END;
EXEC milinktest.AskOperation N'xp_milink_license_set', NULL, @RequestId, @Detail;
EXEC milinktest.Meet N'XpLicenseSet', 1;
INSERT #XpOperation (operation_id, request_id, procedure_name, state, started_at, error_number, error_message, arm_request_id)
SELECT OperationId, RequestId, ProcedureName, State, StartedAt, ErrorNumber, ErrorMessage, N'arm-1' FROM milinktest.Operation WHERE RequestId = @RequestId;
GO
