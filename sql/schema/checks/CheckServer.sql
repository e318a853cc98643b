-- SPDX-License-Identifier: MIT
-- 201 to 205: this SQL Server.
CREATE OR ALTER PROCEDURE milink.CheckServer
AS
SET NOCOUNT ON;
INSERT #Check (CheckId, Severity, Evidence, Fix)
SELECT 201, 'BLOCKED', N'this is ' + ProductVersion + N'; it takes ' + CASE MajorVersion
        WHEN 13 THEN N'13.0.7000.253 (2016 SP3 with the Azure Connect pack)' WHEN 14 THEN N'14.0.3490.10 (2017 CU31 with the Azure Connect pack)'
        WHEN 15 THEN N'15.0.4312 (2019 CU20)' ELSE N'2016 SP3 or later' END,
    N'-- Install that update, then check again.'
FROM milink.LocalServer
WHERE MajorVersion < 13 OR MajorVersion = 13 AND Build < 7000 OR MajorVersion = 14 AND Build < 3490 OR MajorVersion = 15 AND Build < 4312;
INSERT #Check (CheckId, Severity, Evidence, Fix)
SELECT 202, 'BLOCKED', N'this is ' + ProductVersion + CASE WHEN MajorVersion < 16 THEN N', which has no way back and no failover with the link kept'
        ELSE N', and FAILOVER on a link came with 16.0.4125.3 (2022 CU13)' END,
    CASE WHEN MajorVersion < 16 THEN N'-- milink.Cutover is the way: one way, without loss.' ELSE N'-- Install SQL Server 2022 CU13 or later, or use milink.Cutover.' END
FROM milink.LocalServer
WHERE MajorVersion < 16 OR MajorVersion = 16 AND Build < 4125;
INSERT #Check (CheckId, Severity, Evidence, Fix)
SELECT 203, 'BLOCKED', N'this is ' + Edition, N'-- A link takes Enterprise, Developer or Standard.'
FROM milink.LocalServer
WHERE EngineEdition NOT IN (2, 3);
INSERT #Check (CheckId, Severity, Evidence, Fix)
SELECT 204, 'BLOCKED', N'IsHadrEnabled is 0',
    N'-- PowerShell: Enable-SqlAlwaysOn -ServerInstance ' + ServerName + N' -Force   (restarts SQL Server); Linux: mssql-conf set hadr.hadrenabled 1'
FROM milink.LocalServer
WHERE IsHadrEnabled = 0;
INSERT #Check (CheckId, Severity, Evidence, Fix)
SELECT 205, 'INFO', N'the server''s collation is ' + Collation + N'; the instance''s should be the same',
    N'-- On the instance: SELECT SERVERPROPERTY(''Collation'');'
FROM milink.LocalServer;
GO
