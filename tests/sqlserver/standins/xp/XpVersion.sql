-- SPDX-License-Identifier: MIT
CREATE OR ALTER PROCEDURE milink.XpVersion
    @TimeoutSeconds int = NULL
AS
SET NOCOUNT ON;
EXEC milinktest.Call N'XpVersion', NULL;
INSERT #XpVersion (dll_version, agent_version) VALUES (N'1.0.0', N'1.0.0');
GO
