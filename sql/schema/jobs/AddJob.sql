-- SPDX-License-Identifier: MIT
-- Makes one job of one T-SQL step, unless a job of that name is there; prints what it does. The one place that calls msdb for jobs.
-- The job belongs to sa (by its SID, whatever its name), runs in master, and has no token and no server's name in it: a master server can push it.
CREATE OR ALTER PROCEDURE milink.AddJob
    @Name nvarchar(128),
    @Description nvarchar(512),
    @Command nvarchar(max),
    @FreqType int,               -- 4: daily; 64: when SQL Server Agent starts
    @SubdayType int,             -- 1: at @StartTime; 4: every @SubdayInterval minutes
    @SubdayInterval int,
    @StartTime int,              -- HHMMSS
    @Retries int,
    @Operator nvarchar(128),
    @EnableSchedule bit,
    @Execute char(1)
AS
SET NOCOUNT ON;
SET XACT_ABORT ON;
DECLARE @Line nvarchar(400), @Owner nvarchar(128) = SUSER_SNAME(0x01), @Schedule nvarchar(128) = @Name + N' schedule', @Notify int = CASE WHEN @Operator IS NULL THEN 0 ELSE 2 END;
IF EXISTS (SELECT 1 FROM milink.LocalJob WHERE JobName = @Name)
BEGIN
    SET @Line = N'job ' + @Name + N': there already, left as it is';
    EXEC milink.Say @Line;
    RETURN;
END;
SET @Line = CASE @Execute WHEN 'Y' THEN N'job ' ELSE N'would make job ' END + @Name + N', its schedule '
    + CASE @EnableSchedule WHEN 1 THEN N'enabled' ELSE N'disabled' END + N': ' + LEFT(@Command, 200);
EXEC milink.Say @Line;
IF @Execute = 'N' RETURN;
IF NOT EXISTS (SELECT 1 FROM msdb.dbo.syscategories WHERE name = N'Database Maintenance' AND category_class = 1)
    EXEC msdb.dbo.sp_add_category @class = N'JOB', @type = N'LOCAL', @name = N'Database Maintenance';
EXEC msdb.dbo.sp_add_job @job_name = @Name, @description = @Description, @category_name = N'Database Maintenance', @owner_login_name = @Owner,
    @notify_level_email = @Notify, @notify_email_operator_name = @Operator;
EXEC msdb.dbo.sp_add_jobstep @job_name = @Name, @step_name = @Name, @subsystem = N'TSQL', @database_name = N'master', @command = @Command,
    @retry_attempts = @Retries, @retry_interval = 1;
EXEC msdb.dbo.sp_add_jobschedule @job_name = @Name, @name = @Schedule, @enabled = @EnableSchedule, @freq_type = @FreqType, @freq_interval = 1,
    @freq_subday_type = @SubdayType, @freq_subday_interval = @SubdayInterval, @active_start_time = @StartTime;
EXEC msdb.dbo.sp_add_jobserver @job_name = @Name;
GO
