-- SPDX-License-Identifier: MIT
-- Asks for a licence change outside of a run, and waits at most a minute for it. @Execute = 'N': prints the request.
CREATE OR ALTER PROCEDURE milink.SetLicense
    @Instance nvarchar(64),
    @Link nvarchar(128),
    @Usage nvarchar(16),
    @LicenseType nvarchar(32),
    @Reason nvarchar(400),
    @ChangeRef nvarchar(64),
    @Execute char(1)
AS
SET NOCOUNT ON;
SET XACT_ABORT OFF;
DECLARE @RequestId nvarchar(36) = LOWER(CONVERT(nvarchar(36), NEWID())), @OperationId nvarchar(36), @WhatIf bit = CASE @Execute WHEN 'N' THEN 1 ELSE 0 END,
    @State nvarchar(16), @Detail nvarchar(1600), @Until datetime2(3) = DATEADD(SECOND, 60, milink.UtcNow()), @Line nvarchar(max);
SELECT * INTO #XpOperation FROM milink.XpOperationRow;
EXEC milink.XpLicenseSet @Instance = @Instance, @LicenseType = @LicenseType, @HybridSecondaryUsage = @Usage, @RequestId = @RequestId, @Reason = @Reason,
    @ChangeRef = @ChangeRef, @WhatIf = @WhatIf;
SELECT @OperationId = operation_id, @State = state, @Line = detail FROM #XpOperation;
IF @WhatIf = 1
BEGIN
    SET @Line = N'request: ' + @Line;
    EXEC milink.Say @Line;
    RETURN;
END;
WHILE @State IN (N'Accepted', N'Running') AND milink.UtcNow() < @Until
BEGIN
    EXEC milink.Wait 1;
    DELETE #XpOperation;
    EXEC milink.XpOperationGet @OperationId = @OperationId, @WaitSeconds = 5;
    SELECT @State = state FROM #XpOperation;
END;
SELECT @Detail = LEFT(N'operation ' + @OperationId + N' is ' + @State + ISNULL(N': ' + error_message, N''), 1600) FROM #XpOperation;
IF @State <> N'Succeeded' EXEC milink.Throw 50728, @Link, @Detail;
EXEC milink.Say @Detail;
GO
