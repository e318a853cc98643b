-- SPDX-License-Identifier: MIT
CREATE OR ALTER VIEW milink.LocalServer
AS
SELECT
    CAST(N'BOX' AS nvarchar(128)) AS ServerName, CAST(N'BOX' AS nvarchar(128)) AS MachineName, CAST(NULL AS nvarchar(128)) AS InstanceName,
    CAST(CONVERT(nvarchar(11), Major) + N'.0.' + CONVERT(nvarchar(11), Build) + N'.1' AS nvarchar(128)) AS ProductVersion,
    Major AS MajorVersion, Build, 1 AS Revision, CAST(N'Enterprise Edition' AS nvarchar(128)) AS Edition, 3 AS EngineEdition,
    CAST(N'Latin1_General_CI_AS' AS nvarchar(128)) AS Collation, CAST(1 AS bit) AS IsHadrEnabled, CAST(0 AS bit) AS IsClustered,
    DATEADD(DAY, -3, Now) AS StartedAt
FROM milinktest.World;
GO
