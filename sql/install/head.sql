-- SPDX-License-Identifier: MIT
/* Installs milink in master, or brings it up to date: paste it into a query window as a member of sysadmin, set the two lines
   below, and run it. Running it again changes nothing but what is older: grants, settings, hooks and history stay.
   Made from the files in sql/ by tools/sql-build; do not edit.

   Only the bare xp_milink_* procedures: run sql/register.sql instead. */
USE master;
GO
SET NOCOUNT ON;
SET QUOTED_IDENTIFIER ON;
SET ANSI_NULLS ON;
SET NOEXEC OFF;
IF OBJECT_ID(N'tempdb..#MilinkInstall') IS NOT NULL DROP TABLE #MilinkInstall;
CREATE TABLE #MilinkInstall (DllPath nvarchar(260) NOT NULL, CreateJobs char(1) NOT NULL);
INSERT #MilinkInstall (DllPath, CreateJobs) VALUES
(
    N'C:\Program Files\milink\{version}\xp_milink_{file}.dll', -- where the DLL is on this host, in full
    'Y'                                                      -- N: no SQL Server Agent jobs and alerts
);
GO
-- Refusals: what is wrong is said once, and the rest of the script does nothing.
DECLARE @Wrong nvarchar(1000) = N'', @Major int = CAST(PARSENAME(CAST(SERVERPROPERTY('ProductVersion') AS nvarchar(128)), 4) AS int),
    @Build int = CAST(PARSENAME(CAST(SERVERPROPERTY('ProductVersion') AS nvarchar(128)), 2) AS int), @Installed nvarchar(32);
IF CAST(SERVERPROPERTY('EngineEdition') AS int) NOT IN (2, 3, 4)
    SET @Wrong += N'This is not SQL Server on a host of yours: milink is installed on the side that links to a Managed Instance. ';
IF @Major < 13 OR @Major = 13 AND @Build < 6300
    SET @Wrong += N'SQL Server 2016 SP3 or later is needed; this is ' + CAST(SERVERPROPERTY('ProductVersion') AS nvarchar(128)) + N'. ';
IF IS_SRVROLEMEMBER(N'sysadmin') = 0
    SET @Wrong += N'It takes a member of sysadmin to install; ' + ORIGINAL_LOGIN() + N' is none. ';
IF OBJECT_ID(N'milink.SchemaVersion', N'U') IS NOT NULL
    EXEC sys.sp_executesql N'SELECT TOP (1) @Installed = Version FROM milink.SchemaVersion ORDER BY InstallId DESC;',
        N'@Installed nvarchar(32) OUTPUT', @Installed OUTPUT;
IF CAST(PARSENAME(@Installed, 3) AS int) * 1000000 + CAST(PARSENAME(@Installed, 2) AS int) * 1000 + CAST(PARSENAME(@Installed, 1) AS int)
    > CAST(PARSENAME(N'{version}', 3) AS int) * 1000000 + CAST(PARSENAME(N'{version}', 2) AS int) * 1000
        + CAST(PARSENAME(N'{version}', 1) AS int)
    SET @Wrong += N'Version ' + @Installed + N' is installed, which is newer than {version}. ';
IF @Wrong <> N''
BEGIN
    RAISERROR (N'milink was not installed. %s', 16, 1, @Wrong);
    SET NOEXEC ON;
END;
GO
