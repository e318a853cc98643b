-- SPDX-License-Identifier: MIT
CREATE OR ALTER PROCEDURE milink.XpOperationGet
    @OperationId nvarchar(36),
    @WaitSeconds int = NULL,
    @TimeoutSeconds int = NULL
AS
SET NOCOUNT ON;
EXEC milinktest.Call N'XpOperationGet', @OperationId;
INSERT #XpOperation (operation_id, request_id, procedure_name, link, state, started_at, error_number, error_message, arm_request_id)
SELECT OperationId, RequestId, ProcedureName, Link, State, StartedAt, ErrorNumber, ErrorMessage, N'arm-1' FROM milinktest.Operation WHERE OperationId = @OperationId;
EXEC milinktest.Meet N'XpOperationGet', 1;
GO
