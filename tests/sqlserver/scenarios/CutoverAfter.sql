-- SPDX-License-Identifier: MIT
-- A cutover past its deletion: what fails there, and sessions that are ended at a step, "test" by the runner; "after" looks and goes on.
CREATE PROCEDURE milinktest.[test cutover fault: the dag cannot be dropped, then it can]
AS
SET NOCOUNT ON;
DECLARE @Text nvarchar(400);
INSERT milinktest.Fault (Name, Nth, What, ErrorNumber, Message) VALUES (N'DROP AVAILABILITY GROUP %sales-link%', 1, 'error', 51234, N'another action is in progress');
EXEC milinktest.Throws N'EXEC milink.Cutover @Confirm = N''ONE WAY sales-link'', @Fence = N''app_web'';', 50715, N'%phase DROP: another action is in progress%milink.Resume%';
SELECT @Text = State + N' ' + Phase FROM milink.Run;
EXEC milinktest.Equal N'Open DROP', @Text, N'the run';
EXEC milink.Resume;
EXEC milinktest.CutDone;
GO
CREATE PROCEDURE milinktest.[test cutover fault: resume does not need the dag]
AS
SET NOCOUNT ON;
INSERT milinktest.Fault (Name, Nth, What, ErrorNumber) VALUES (N'DROP AVAILABILITY GROUP %ag_sales%', 1, 'error', 51234);
EXEC milinktest.Throws N'EXEC milink.Cutover @Confirm = N''ONE WAY sales-link'', @Fence = N''app_web'';', 50715;
EXEC milinktest.CutWorld N'link 0, dag 0, group 1, offline 0, lost 0, Passive';
EXEC milink.Resume;
EXEC milinktest.CutDone;
GO
CREATE PROCEDURE milinktest.[test cutover fault: the old copy cannot be closed, then it can]
AS
SET NOCOUNT ON;
INSERT milinktest.Fault (Name, Nth, What, ErrorNumber, Message) VALUES (N'ALTER DATABASE % SET OFFLINE %', 1, 'error', 55061, N'a lock could not be placed');
EXEC milinktest.Throws N'EXEC milink.Cutover @Confirm = N''ONE WAY sales-link'', @Fence = N''app_web'';', 50715, N'%phase OFFLINE: a lock could not be placed%';
EXEC milink.Resume @Link = N'sales-link';
EXEC milinktest.CutDone;
GO
CREATE PROCEDURE milinktest.[test cutover fault: kept groups stay synchronous: owed]
AS
SET NOCOUNT ON;
DECLARE @rc int, @Text nvarchar(max);
INSERT milinktest.Fault (Name, Nth, What, ErrorNumber, Message) VALUES (N'% MODIFY AVAILABILITY GROUP %', 2, 'error', 51234, N'another action is in progress');
EXEC @rc = milink.Cutover @Confirm = N'ONE WAY sales-link', @Fence = N'app_web', @CleanUp = 'KEEP_BOTH';
EXEC milinktest.Equal N'1', @rc, N'return code: done, something owed';
SELECT @Text = State + N' ' + ErrorMessage FROM milink.Run;
EXEC milinktest.Like_ N'Incomplete SYNC: ALTER AVAILABILITY GROUP [[]sales-link] MODIFY %ASYNCHRONOUS_COMMIT%another action is in progress%', @Text, N'the run';
GO
CREATE PROCEDURE milinktest.[test cutover fault: the licence cannot be changed]
AS
SET NOCOUNT ON;
DECLARE @rc int, @Text nvarchar(max);
INSERT milinktest.Fault (Name, Nth, What, ErrorNumber, Message) VALUES (N'XpLicenseSet', 1, 'error', 50602, N'the instance is busy');
EXEC @rc = milink.Cutover @Confirm = N'ONE WAY sales-link', @Fence = N'app_web';
EXEC milinktest.Equal N'1', @rc, N'return code: done, something owed';
EXEC milinktest.CutWorld N'link 0, dag 0, group 0, offline 1, lost 0, Passive';
SELECT @Text = HybridSecondaryUsage + N' ' + LastError FROM milink.LicenseDebt WHERE SettledAt IS NULL;
EXEC milinktest.Equal N'Active the instance is busy', @Text, N'the debt';
GO
CREATE PROCEDURE milinktest.[test cutover killed after the commit mode is set]
AS
SET NOCOUNT ON;
INSERT milinktest.Fault (Name, Nth, What) VALUES (N'% MODIFY AVAILABILITY GROUP %', 1, 'late-kill');
EXEC milink.Cutover @Confirm = N'ONE WAY sales-link', @Fence = N'app_web';
GO
CREATE PROCEDURE milinktest.[after cutover killed after the commit mode is set]
AS
SET NOCOUNT ON;
DECLARE @Text nvarchar(400);
SELECT @Text = LocalCommitMode FROM milinktest.Link WHERE Link = N'sales-link';
EXEC milinktest.Equal N'SYNCHRONOUS_COMMIT', @Text, N'what the session that is gone had set';
EXEC milink.Resume;
EXEC milinktest.CutUndone 50710;
GO
CREATE PROCEDURE milinktest.[test cutover killed before azure is asked]
AS
SET NOCOUNT ON;
INSERT milinktest.Fault (Name, Nth, What) VALUES (N'XpLinkDelete', 1, 'kill');
EXEC milink.Cutover @Confirm = N'ONE WAY sales-link', @Fence = N'app_web';
GO
CREATE PROCEDURE milinktest.[after cutover killed before azure is asked]
AS
SET NOCOUNT ON;
EXEC milinktest.Throws N'EXEC milink.Resume;', 50713, N'%did not reach the agent%';
EXEC milinktest.CutUndone 50713;
GO
CREATE PROCEDURE milinktest.[test cutover killed after azure is asked]
AS
SET NOCOUNT ON;
INSERT milinktest.Fault (Name, Nth, What) VALUES (N'XpLinkDelete', 1, 'late-kill');
EXEC milink.Cutover @Confirm = N'ONE WAY sales-link', @Fence = N'app_web';
GO
CREATE PROCEDURE milinktest.[after cutover killed after azure is asked]
AS
SET NOCOUNT ON;
EXEC milinktest.Throws N'EXEC milink.Abort;', 50721;
EXEC milink.Resume;
EXEC milinktest.CutDone;
GO
CREATE PROCEDURE milinktest.[test cutover killed after the distributed group is dropped]
AS
SET NOCOUNT ON;
INSERT milinktest.Fault (Name, Nth, What) VALUES (N'DROP AVAILABILITY GROUP %sales-link%', 1, 'late-kill');
EXEC milink.Cutover @Confirm = N'ONE WAY sales-link', @Fence = N'app_web';
GO
CREATE PROCEDURE milinktest.[after cutover killed after the distributed group is dropped]
AS
SET NOCOUNT ON;
EXEC milink.ResumeAll;
EXEC milinktest.CutDone;
GO
CREATE PROCEDURE milinktest.[test cutover killed after the old database is closed]
AS
SET NOCOUNT ON;
INSERT milinktest.Fault (Name, Nth, What) VALUES (N'ALTER DATABASE % SET OFFLINE %', 1, 'late-kill');
EXEC milink.Cutover @Confirm = N'ONE WAY sales-link', @Fence = N'app_web';
GO
CREATE PROCEDURE milinktest.[after cutover killed after the old database is closed]
AS
SET NOCOUNT ON;
DECLARE @Text nvarchar(400);
EXEC milink.Resume;
EXEC milinktest.CutDone;
SELECT @Text = CONVERT(nvarchar(11), COUNT(*)) FROM milinktest.Executed WHERE Statement LIKE N'ALTER DATABASE %';
EXEC milinktest.Equal N'1', @Text, N'times closed';
GO
