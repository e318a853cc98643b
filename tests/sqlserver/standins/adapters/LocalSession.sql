-- SPDX-License-Identifier: MIT
CREATE OR ALTER VIEW milink.LocalSession
AS
SELECT SessionId, LoginName, CAST(N'WEB1' AS nvarchar(128)) AS HostName, CAST(N'app' AS nvarchar(128)) AS ProgramName, DatabaseName, LoginAt
FROM milinktest.AppSession
WHERE IsGone = 0;
GO
