-- SPDX-License-Identifier: MIT
-- 801 to 804, 901 and 902: the Managed Instance and its licence.
CREATE OR ALTER PROCEDURE milink.CheckInstance
    @Instance nvarchar(64)
AS
SET NOCOUNT ON;
SET XACT_ABORT OFF;
SELECT * INTO #XpInstanceGet FROM milink.XpInstanceGetRow;
SELECT * INTO #XpNetworkTest FROM milink.XpNetworkTestRow;
SELECT * INTO #XpDatabaseList FROM milink.XpDatabaseListRow;
SELECT * INTO #XpLicenseGet FROM milink.XpLicenseGetRow;
EXEC milink.XpInstanceGet @Instance = @Instance;
INSERT #Check (CheckId, Severity, Subject, Evidence, Fix)
SELECT 801, 'BLOCKED', fqdn, N'state is ' + ISNULL(state, N'not known'), N'EXEC master.dbo.xp_milink_instance_get; -- until it is Ready'
FROM #XpInstanceGet
WHERE ISNULL(state, N'') <> N'Ready';
INSERT #Check (CheckId, Severity, Subject, Evidence, Fix)
SELECT 802, 'BLOCKED', i.fqdn, N'the instance''s update policy is ' + ISNULL(i.database_format, N'not known') + N', this is SQL Server ' + s.ProductVersion,
    N'-- A policy is never taken back: with this one the databases stay on the instance. milink.Cutover goes one way.'
FROM #XpInstanceGet AS i
CROSS JOIN milink.LocalServer AS s
WHERE s.MajorVersion >= 16 AND ISNULL(i.database_format, N'') <> CASE s.MajorVersion WHEN 16 THEN N'SQLServer2022' ELSE N'SQLServer2025' END;
EXEC milink.XpNetworkTest @Instance = @Instance;
INSERT #Check (CheckId, Severity, Subject, Evidence, Fix)
SELECT 803, 'BLOCKED', name, N'no connection to ' + ISNULL(address, name) + N' port ' + CONVERT(nvarchar(11), port) + N': ' + error,
    N'EXEC master.dbo.xp_milink_network_test; -- firewalls, routes, the subnet''s security group'
FROM #XpNetworkTest
WHERE error IS NOT NULL;
EXEC milink.XpDatabaseList @Instance = @Instance;
INSERT #Check (CheckId, Severity, Subject, Evidence, Fix)
SELECT 804, 'WARN', n.DatabaseName, N'status on the instance is ' + ISNULL(d.status, N'not known'), N'EXEC master.dbo.xp_milink_database_get @database = ' + milink.Literal(n.DatabaseName) + N';'
FROM #LinkNow AS n
JOIN #XpDatabaseList AS d ON d.name = n.DatabaseName
WHERE ISNULL(d.status, N'') <> N'Online';
EXEC milink.XpLicenseGet @Instance = @Instance;
INSERT #Check (CheckId, Severity, Subject, Evidence, Fix)
SELECT 901, 'WARN', verdict, LEFT(verdict_text, 2048), N'EXEC milink.License @Set = ''Auto'';'
FROM #XpLicenseGet
WHERE verdict <> N'OK';
INSERT #Check (CheckId, Severity, Subject, Evidence, Fix)
SELECT 902, 'WARN', HybridSecondaryUsage, N'owed since ' + CONVERT(nvarchar(30), CreatedAt, 121) + ISNULL(N': ' + LastError, N''), N'EXEC milink.License @Settle = ''Y'';'
FROM milink.LicenseDebt
WHERE SettledAt IS NULL;
GO
