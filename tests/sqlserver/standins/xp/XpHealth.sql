-- SPDX-License-Identifier: MIT
CREATE OR ALTER PROCEDURE milink.XpHealth
    @Instance nvarchar(64) = NULL,
    @TimeoutSeconds int = NULL
AS
SET NOCOUNT ON;
EXEC milinktest.Call N'XpHealth', @Instance;
INSERT #XpHealth (area, check_name, status, evidence, action)
SELECT N'token', N'token of the instance', N'OK', N'59 minutes left', NULL
UNION ALL
SELECT area, check_name, status, evidence, action FROM milinktest.Health;
GO
