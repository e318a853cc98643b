-- SPDX-License-Identifier: MIT
CREATE OR ALTER PROCEDURE milink.CreateJobs
/*
Makes the SQL Server Agent jobs and alerts that are not there yet; what is there is left as it is.

Jobs: health of the links (every 5 minutes), licence (hourly), certificates (daily), open runs (when SQL Server Agent starts), clean-up of the
history (daily). Their schedules are made disabled, but for the one at start-up, unless @EnableSchedules = 'Y'. Each raises an error that is written
to the log when something is wrong, and alerts for those numbers are made; with @Operator they send it mail.

No job names a server: a master server (MSX) can push them to the fleet. docs/jobs.md says more.

Examples
  EXEC milink.CreateJobs @Execute = 'N';
  EXEC milink.CreateJobs @Operator = N'DBA on call', @EnableSchedules = 'Y';
*/
    @Operator nvarchar(128) = NULL,       -- an operator of SQL Server Agent to be told; NULL: nobody
    @EnableSchedules char(1) = 'N',       -- Y: enable the schedules of the jobs that are made
    @Execute char(1) = 'Y',               -- N: print what would be made; make nothing
    @Help bit = 0,
    @Debug bit = 0,                       -- 1: print what was decided from
    @Version nvarchar(32) = NULL OUTPUT,
    @VersionCheckMode bit = 0
AS
SET NOCOUNT ON;
SET XACT_ABORT ON;
SET @Version = milink.Version();
IF @VersionCheckMode = 1 RETURN 0;
IF @Help = 1
BEGIN
    EXEC milink.Help N'CreateJobs';
    RETURN 0;
END;
DECLARE @Problems nvarchar(max) = N'', @Enable bit = CASE @EnableSchedules WHEN 'Y' THEN 1 ELSE 0 END, @Line nvarchar(400);
EXEC milink.CheckChoice N'@EnableSchedules', @EnableSchedules, N'Y|N', 0, @Problems OUTPUT;
EXEC milink.CheckChoice N'@Execute', @Execute, N'Y|N', 0, @Problems OUTPUT;
IF @Operator IS NOT NULL AND NOT EXISTS (SELECT 1 FROM milink.LocalOperator WHERE OperatorName = @Operator)
    SET @Problems += N'@Operator is ''' + @Operator + N''', which SQL Server Agent does not have; msdb.dbo.sp_add_operator makes one.' + NCHAR(10);
EXEC milink.ThrowProblems N'CreateJobs', @Problems;
IF @Debug = 1
BEGIN
    SET @Line = N'schedules enabled: ' + @EnableSchedules + N', operator: ' + ISNULL(@Operator, N'none');
    EXEC milink.Say @Line;
END;
IF @Execute = 'Y' EXEC milink.AddMessages;
EXEC milink.AddJob N'milink - health', N'Reads every link and raises an alert for those that are not well.', N'EXEC milink.WatchLinks;', 4, 4, 5, 0, 1, @Operator, @Enable, @Execute;
EXEC milink.AddJob N'milink - licence', N'Tries again the licence changes that are owed, and watches that the licence fits the role.', N'EXEC milink.WatchLicenses;', 4, 4, 60, 100, 1, @Operator, @Enable, @Execute;
EXEC milink.AddJob N'milink - certificates', N'Raises an alert for certificates of links that end soon.', N'EXEC milink.WatchCertificates;', 4, 1, 0, 70000, 1, @Operator, @Enable, @Execute;
EXEC milink.AddJob N'milink - open runs', N'Takes up runs that a restart or a crash has left open.', N'EXEC milink.ResumeAtStart;', 64, 1, 0, 0, 0, @Operator, 1, @Execute;
EXEC milink.AddJob N'milink - clean-up', N'Deletes ended runs that are older than the setting HistoryDays.', N'EXEC milink.CleanUp;', 4, 1, 0, 33000, 1, @Operator, @Enable, @Execute;
EXEC milink.AddAlert 50714, @Operator, @Execute;
EXEC milink.AddAlert 50715, @Operator, @Execute;
EXEC milink.AddAlert 50716, @Operator, @Execute;
EXEC milink.AddAlert 50728, @Operator, @Execute;
EXEC milink.AddAlert 50731, @Operator, @Execute;
EXEC milink.AddAlert 50732, @Operator, @Execute;
RETURN 0;
GO
