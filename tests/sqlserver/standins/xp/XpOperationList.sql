-- SPDX-License-Identifier: MIT
CREATE OR ALTER PROCEDURE milink.XpOperationList
    @Instance nvarchar(64) = NULL,
    @State nvarchar(16) = NULL,
    @Since nvarchar(40) = NULL,
    @TimeoutSeconds int = NULL
AS
SET NOCOUNT ON;
EXEC milinktest.Call N'XpOperationList', @State;
INSERT #XpOperation (operation_id, request_id, procedure_name, link, state, started_at, error_number, error_message, arm_request_id)
SELECT OperationId, RequestId, ProcedureName, Link, State, StartedAt, ErrorNumber, ErrorMessage, N'arm-1'
FROM milinktest.Operation
WHERE State = @State OR @State IS NULL;
EXEC milinktest.Meet N'XpOperationList', 1;
GO
