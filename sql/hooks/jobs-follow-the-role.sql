-- SPDX-License-Identifier: MIT
/* A hook: SQL Server Agent jobs that belong to the primary are enabled where SQL Server is primary, and disabled where it is not. Put them into the
   category "milink: on the primary"; others are left alone. It runs once the roles have changed and were verified, so a run that is taken back before
   has changed no job.

   Run this file in master, then it is in force for every link. Whoever starts the run must be allowed to change the jobs: a member of sysadmin, or
   their owner. The same file, run on the Managed Instance, does nothing there: hooks are called on SQL Server alone. */
USE master;
GO
CREATE OR ALTER PROCEDURE dbo.milink_hook_jobs
    @RunId int,
    @Kind varchar(20),
    @Link nvarchar(128),
    @Direction varchar(11),
    @Phase varchar(10),
    @Moment varchar(6)
AS
SET NOCOUNT ON;
DECLARE @Name sysname = N'', @Enabled tinyint = CASE @Direction WHEN 'ToSqlServer' THEN 1 ELSE 0 END;
WHILE 1 = 1
BEGIN
    SELECT TOP (1) @Name = j.name
    FROM msdb.dbo.sysjobs AS j
    JOIN msdb.dbo.syscategories AS c ON c.category_id = j.category_id
    WHERE c.name = N'milink: on the primary' AND j.enabled <> @Enabled AND j.name > @Name
    ORDER BY j.name;
    IF @@ROWCOUNT = 0 RETURN;
    EXEC msdb.dbo.sp_update_job @job_name = @Name, @enabled = @Enabled;
END;
GO
IF NOT EXISTS (SELECT 1 FROM msdb.dbo.syscategories WHERE name = N'milink: on the primary' AND category_class = 1)
    EXEC msdb.dbo.sp_add_category @class = N'JOB', @type = N'LOCAL', @name = N'milink: on the primary';
IF NOT EXISTS (SELECT 1 FROM milink.Hook WHERE ProcedureName = N'master.dbo.milink_hook_jobs')
BEGIN
    INSERT milink.Hook (Phase, Moment, ProcedureName, OnError) VALUES ('VERIFY', 'After', N'master.dbo.milink_hook_jobs', 'Continue');
    INSERT milink.Hook (Phase, Moment, ProcedureName, OnError) VALUES ('OFFLINE', 'After', N'master.dbo.milink_hook_jobs', 'Continue');
END;
GO
