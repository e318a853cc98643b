-- SPDX-License-Identifier: MIT
/* Removes what probe.sql left for first-contact.ps1: the four procedures and the table of answers. Run it in master as a member of sysadmin. */
USE master;
GO
SET NOCOUNT ON;
DECLARE @Name sysname;
DECLARE Names CURSOR LOCAL FAST_FORWARD FOR SELECT O.name FROM master.sys.objects AS O WHERE O.type = 'X' AND O.name LIKE N'xp[_]milink[_]probe%';
OPEN Names;
FETCH NEXT FROM Names INTO @Name;
WHILE @@FETCH_STATUS = 0
BEGIN
    EXEC sys.sp_dropextendedproc @Name;
    FETCH NEXT FROM Names INTO @Name;
END;
CLOSE Names;
DEALLOCATE Names;
DBCC xp_milink_probe (FREE);
IF OBJECT_ID(N'tempdb.dbo.milink_probe') IS NOT NULL DROP TABLE tempdb.dbo.milink_probe;
GO
