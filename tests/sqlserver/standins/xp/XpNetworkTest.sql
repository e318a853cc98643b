-- SPDX-License-Identifier: MIT
CREATE OR ALTER PROCEDURE milink.XpNetworkTest
    @Instance nvarchar(64) = NULL,
    @Host nvarchar(253) = NULL,
    @Port int = NULL,
    @TimeoutSeconds int = NULL
AS
SET NOCOUNT ON;
EXEC milinktest.Call N'XpNetworkTest', @Host;
INSERT #XpNetworkTest (name, address, port, connect_ms, error)
SELECT N'mi-prod.abc.database.windows.net', N'10.0.0.4', 5022, 3, NetworkError FROM milinktest.Certificates;
GO
