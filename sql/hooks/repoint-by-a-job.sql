-- SPDX-License-Identifier: MIT
/* A hook: after the roles have changed, a job of yours points the applications to the new primary: the CNAME in your private DNS, a client alias, a
   configuration store. T-SQL cannot do that; a PowerShell or CmdExec step with its own proxy account can. Make the job "milink repoint" with such a step;
   it finds the direction in the run: SELECT TOP (1) Direction FROM master.milink.Run ORDER BY RunId DESC.

   The hook starts the job and waits for its end, at most a minute: a run ends Incomplete when the job failed, and says so. */
USE master;
GO
CREATE OR ALTER PROCEDURE dbo.milink_hook_repoint
    @RunId int,
    @Kind varchar(20),
    @Link nvarchar(128),
    @Direction varchar(11),
    @Phase varchar(10),
    @Moment varchar(6)
AS
SET NOCOUNT ON;
DECLARE @Started datetime = GETDATE(), @Status int, @Tries int = 0;
EXEC msdb.dbo.sp_start_job @job_name = N'milink repoint';
WHILE @Tries < 60
BEGIN
    WAITFOR DELAY '00:00:01';
    SET @Tries += 1;
    SET @Status = NULL;
    SELECT TOP (1) @Status = h.run_status
    FROM msdb.dbo.sysjobhistory AS h
    JOIN msdb.dbo.sysjobs AS j ON j.job_id = h.job_id
    WHERE j.name = N'milink repoint' AND h.step_id = 0 AND msdb.dbo.agent_datetime(h.run_date, h.run_time) >= DATEADD(SECOND, -1, @Started)
    ORDER BY h.instance_id DESC;
    IF @Status = 1 RETURN;
    IF @Status IS NOT NULL THROW 51000, N'the job "milink repoint" failed; its history says why. The applications still connect to the old primary.', 1;
END;
THROW 51000, N'the job "milink repoint" has not ended within a minute. See whether the applications connect to the new primary.', 1;
GO
IF NOT EXISTS (SELECT 1 FROM milink.Hook WHERE ProcedureName = N'master.dbo.milink_hook_repoint')
    INSERT milink.Hook (Phase, Moment, ProcedureName, TimeoutSeconds) VALUES ('REPOINT', 'After', N'master.dbo.milink_hook_repoint', 90);
GO
