-- SPDX-License-Identifier: MIT
-- This SQL Server, one row.
CREATE OR ALTER VIEW milink.LocalServer
AS
SELECT
    CAST(SERVERPROPERTY('ServerName') AS nvarchar(128)) AS ServerName,
    CAST(SERVERPROPERTY('MachineName') AS nvarchar(128)) AS MachineName,
    CAST(SERVERPROPERTY('InstanceName') AS nvarchar(128)) AS InstanceName, -- NULL: the default instance
    CAST(SERVERPROPERTY('ProductVersion') AS nvarchar(128)) AS ProductVersion,
    CAST(PARSENAME(CAST(SERVERPROPERTY('ProductVersion') AS nvarchar(128)), 4) AS int) AS MajorVersion, -- 13: 2016 … 17: 2025
    CAST(PARSENAME(CAST(SERVERPROPERTY('ProductVersion') AS nvarchar(128)), 2) AS int) AS Build,
    CAST(PARSENAME(CAST(SERVERPROPERTY('ProductVersion') AS nvarchar(128)), 1) AS int) AS Revision,
    CAST(SERVERPROPERTY('Edition') AS nvarchar(128)) AS Edition,
    CAST(SERVERPROPERTY('EngineEdition') AS int) AS EngineEdition,         -- 2: Standard, 3: Enterprise and Developer
    CAST(SERVERPROPERTY('Collation') AS nvarchar(128)) AS Collation,
    CAST(SERVERPROPERTY('IsHadrEnabled') AS bit) AS IsHadrEnabled,
    CAST(SERVERPROPERTY('IsClustered') AS bit) AS IsClustered,
    (SELECT sqlserver_start_time FROM sys.dm_os_sys_info) AS StartedAt;
GO
