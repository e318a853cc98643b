-- SPDX-License-Identifier: MIT
CREATE OR ALTER VIEW milink.LocalLink
AS
SELECT
    Link, LocalGroup, PartnerGroup, CAST(N'TCP://box.contoso.com:5022' AS nvarchar(256)) AS LocalEndpoint,
    CAST(N'tcp://mi-prod.abc.database.windows.net:5022;Server=[mi-prod]' AS nvarchar(256)) AS PartnerEndpoint, LocalRole AS Role,
    CAST(N'ONLINE' AS nvarchar(60)) AS OperationalState, LocalHealth AS Health, LocalCommitMode, PartnerCommitMode,
    CASE LocalRole WHEN N'PRIMARY' THEN CAST(Connected AS nvarchar(60)) END AS PartnerConnected,
    CASE LocalRole WHEN N'PRIMARY' THEN LocalHealth END AS PartnerHealth, CAST(NULL AS int) AS ConnectErrorNumber,
    CAST(NULL AS nvarchar(1024)) AS ConnectError, CAST(NULL AS datetime) AS ConnectErrorAt, 1 AS LocalNodes
FROM milinktest.Link
WHERE IsLocal = 1;
GO
