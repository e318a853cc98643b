-- SPDX-License-Identifier: MIT
-- Each phase of a cutover fails, in each way that it can: before the deletion everything is put back, the commit mode too; after it the
-- run goes forward, and nothing is asked twice.
CREATE PROCEDURE milinktest.CutUndone
    @Number int
AS
SET NOCOUNT ON;
DECLARE @Text nvarchar(400), @Expected nvarchar(400) = N'Undone ' + CONVERT(nvarchar(11), @Number);
EXEC milinktest.CutWorld N'link 1, dag 1, group 1, offline 0, lost 0, Passive';
SELECT @Text = State + N' ' + CONVERT(nvarchar(11), ErrorNumber) FROM milink.Run;
EXEC milinktest.Equal @Expected, @Text, N'the run';
SELECT @Text = LocalCommitMode + N' ' + PartnerCommitMode FROM milinktest.Link WHERE Link = N'sales-link';
EXEC milinktest.Equal N'ASYNCHRONOUS_COMMIT ASYNCHRONOUS_COMMIT', @Text, N'commit modes';
SELECT @Text = CONVERT(nvarchar(1), IsDisabled) FROM milinktest.Login WHERE LoginName = N'app_web';
EXEC milinktest.Equal N'0', @Text, N'app_web disabled';
GO
CREATE PROCEDURE milinktest.CutDone
AS
SET NOCOUNT ON;
DECLARE @Text nvarchar(400);
EXEC milinktest.CutWorld N'link 0, dag 0, group 0, offline 1, lost 0, Active';
SELECT @Text = State FROM milink.Run;
EXEC milinktest.Equal N'Succeeded', @Text, N'the run';
SELECT @Text = CONVERT(nvarchar(11), COUNT(*)) FROM milinktest.Operation WHERE ProcedureName = N'xp_milink_link_delete';
EXEC milinktest.Equal N'1', @Text, N'deletions asked';
SELECT @Text = CONVERT(nvarchar(11), COUNT(*)) FROM milinktest.Executed WHERE Statement LIKE N'DROP AVAILABILITY GROUP %';
EXEC milinktest.Equal N'2', @Text, N'groups dropped, each once';
GO
CREATE PROCEDURE milinktest.[test cutover fault: the commit mode cannot be set]
AS
SET NOCOUNT ON;
INSERT milinktest.Fault (Name, Nth, What, ErrorNumber) VALUES (N'% MODIFY AVAILABILITY GROUP %', 1, 'error', 51234);
EXEC milinktest.Throws N'EXEC milink.Cutover @Confirm = N''ONE WAY sales-link'', @Fence = N''app_web'';', 51234;
EXEC milinktest.CutUndone 51234;
GO
CREATE PROCEDURE milinktest.[test cutover fault: commit mode set, answered by an error]
AS
SET NOCOUNT ON;
INSERT milinktest.Fault (Name, Nth, What, ErrorNumber) VALUES (N'% MODIFY AVAILABILITY GROUP %', 1, 'late-error', 51234);
EXEC milinktest.Throws N'EXEC milink.Cutover @Confirm = N''ONE WAY sales-link'', @Fence = N''app_web'';', 51234;
EXEC milinktest.CutUndone 51234;
GO
CREATE PROCEDURE milinktest.[test cutover fault: commit mode not put back, then it is]
AS
SET NOCOUNT ON;
DECLARE @Text nvarchar(max);
UPDATE milinktest.LinkDatabase SET IsStuck = 1, LocalLsn = LocalLsn + 5;
INSERT milinktest.Fault (Name, Nth, What, ErrorNumber, Message) VALUES (N'% MODIFY AVAILABILITY GROUP %', 2, 'error', 51234, N'another action is in progress');
EXEC milinktest.Throws N'EXEC milink.Cutover @Confirm = N''ONE WAY sales-link'', @Fence = N''app_web'', @TimeoutSeconds = 30;', 50716,
    N'%MODIFY AVAILABILITY GROUP ON N''ag_sales'' WITH (AVAILABILITY_MODE = ASYNCHRONOUS_COMMIT)%another action is in progress%';
SELECT @Text = State FROM milink.Run;
EXEC milinktest.Equal N'Open', @Text, N'the run';
UPDATE milinktest.LinkDatabase SET IsStuck = 0;
EXEC milink.Resume;
UPDATE milinktest.LinkDatabase SET InstanceLsn = LocalLsn;
EXEC milinktest.CutUndone 50710;
GO
CREATE PROCEDURE milinktest.[test cutover fault: it is asked to stop while it proves]
AS
SET NOCOUNT ON;
INSERT milink.Hook (Phase, Moment, ProcedureName) VALUES ('PROVE', 'Before', N'milinktest.AskStop');
EXEC milinktest.Throws N'EXEC milink.Cutover @Confirm = N''ONE WAY sales-link'', @Fence = N''app_web'';', 50710, N'%in phase PROVE%';
EXEC milinktest.CutUndone 50710;
GO
CREATE PROCEDURE milinktest.AskStop
    @RunId int, @Kind varchar(20), @Link nvarchar(128), @Direction varchar(11), @Phase varchar(10), @Moment varchar(6)
AS
SET NOCOUNT ON;
UPDATE milink.Run SET AbortAsked = 1 WHERE RunId = @RunId;
GO
CREATE PROCEDURE milinktest.[test cutover fault: somebody writes after the proof]
AS
SET NOCOUNT ON;
DECLARE @Text nvarchar(400);
INSERT milink.Hook (Phase, Moment, ProcedureName) VALUES ('PROVE', 'After', N'milinktest.WriteLate');
EXEC milinktest.Throws N'EXEC milink.Cutover @Confirm = N''ONE WAY sales-link'', @Fence = N''app_web'';', 50713, N'%sales: log was written after both sides were proven equal%';
SET @Text = CONVERT(nvarchar(11), milinktest.Calls(N'XpLinkDelete'));
EXEC milinktest.Equal N'0', @Text, N'deletions asked';
EXEC milinktest.CutUndone 50713;
GO
-- A login that nobody fenced; both sides have it already, and it is no longer what was proven.
CREATE PROCEDURE milinktest.WriteLate
    @RunId int, @Kind varchar(20), @Link nvarchar(128), @Direction varchar(11), @Phase varchar(10), @Moment varchar(6)
AS
SET NOCOUNT ON;
UPDATE milinktest.LinkDatabase SET LocalLsn = LocalLsn + 40, InstanceLsn = InstanceLsn + 40;
GO
CREATE PROCEDURE milinktest.[test cutover fault: the link is gone before azure is asked]
AS
SET NOCOUNT ON;
DECLARE @Text nvarchar(max);
INSERT milink.Hook (Phase, Moment, ProcedureName) VALUES ('DELETE', 'Before', N'milinktest.DeleteElsewhere');
EXEC milinktest.Throws N'EXEC milink.Cutover @Confirm = N''ONE WAY sales-link'', @Fence = N''app_web'';', 50601;
SELECT @Text = State + N' ' + CONVERT(nvarchar(1), PastNoReturn) FROM milink.Run;
EXEC milinktest.Equal N'Undone 0', @Text, N'the run';
SET @Text = milinktest.Statements();
EXEC milinktest.Like_ N'%ALTER LOGIN [[]app_web] ENABLE; ', @Text, N'statements';
GO
CREATE PROCEDURE milinktest.DeleteElsewhere
    @RunId int, @Kind varchar(20), @Link nvarchar(128), @Direction varchar(11), @Phase varchar(10), @Moment varchar(6)
AS
SET NOCOUNT ON;
UPDATE milinktest.Link SET IsAzure = 0 WHERE Link = @Link;
GO
CREATE PROCEDURE milinktest.[test cutover fault: azure refuses the deletion]
AS
SET NOCOUNT ON;
INSERT milinktest.Fault (Name, Nth, What, ErrorNumber, Message) VALUES (N'xp_milink_link_delete', 0, 'op-failed', 50602, N'Azure: the instance is busy');
EXEC milinktest.Throws N'EXEC milink.Cutover @Confirm = N''ONE WAY sales-link'', @Fence = N''app_web'';', 50713, N'%Azure: the instance is busy%';
EXEC milinktest.CutUndone 50713;
GO
CREATE PROCEDURE milinktest.[test cutover fault: the agent refuses the deletion]
AS
SET NOCOUNT ON;
INSERT milinktest.Fault (Name, Nth, What, ErrorNumber, Message) VALUES (N'XpLinkDelete', 1, 'error', 50558, N'the right lifecycle is missing');
EXEC milinktest.Throws N'EXEC milink.Cutover @Confirm = N''ONE WAY sales-link'', @Fence = N''app_web'';', 50713, N'%the right lifecycle is missing%';
EXEC milinktest.CutUndone 50713;
DECLARE @Text nvarchar(400);
SELECT @Text = CASE WHEN DATEDIFF(SECOND, MAX(p.StartedAt), MAX(r.EndedAt)) <= 10 THEN N'soon' ELSE N'late' END
FROM milink.RunPhase AS p
JOIN milink.Run AS r ON r.RunId = p.RunId
WHERE p.Phase = 'DELETE';
EXEC milinktest.Equal N'soon', @Text, N'a refusal is not waited for as a lost request is';
GO
CREATE PROCEDURE milinktest.[test cutover fault: the request never reaches the agent]
AS
SET NOCOUNT ON;
DECLARE @Text nvarchar(400);
INSERT milinktest.Fault (Name, Nth, What, ErrorNumber, Message) VALUES (N'XpLinkDelete', 1, 'error', 50508, N'the agent closed the connection');
EXEC milinktest.Throws N'EXEC milink.Cutover @Confirm = N''ONE WAY sales-link'', @Fence = N''app_web'';', 50713, N'%did not reach the agent%';
SET @Text = CONVERT(nvarchar(11), milinktest.Calls(N'XpLinkDelete'));
EXEC milinktest.Equal N'1', @Text, N'times asked';
EXEC milinktest.CutUndone 50713;
GO
CREATE PROCEDURE milinktest.[test cutover fault: the answer to the request is lost]
AS
SET NOCOUNT ON;
INSERT milinktest.Fault (Name, Nth, What) VALUES (N'XpLinkDelete', 1, 'lost');
EXEC milink.Cutover @Confirm = N'ONE WAY sales-link', @Fence = N'app_web';
EXEC milinktest.CutDone;
GO
-- Each of these can be what a call is answered with while its operation goes on.
CREATE PROCEDURE milinktest.[test cutover fault: an error, and the deletion goes on]
AS
SET NOCOUNT ON;
INSERT milinktest.Fault (Name, Nth, What, ErrorNumber, Message) VALUES (N'XpLinkDelete', 1, 'late-error', 50608, N'whether Azure carried it out is not known');
UPDATE milinktest.World SET FailoverSeconds = 20;
EXEC milink.Cutover @Confirm = N'ONE WAY sales-link', @Fence = N'app_web';
EXEC milinktest.CutDone;
EXEC milinktest.Reset;
INSERT milinktest.Fault (Name, Nth, What, ErrorNumber, Message) VALUES (N'XpLinkDelete', 1, 'late-error', 50518, N'the connection to the agent failed');
UPDATE milinktest.World SET FailoverSeconds = 20;
EXEC milink.Cutover @Confirm = N'ONE WAY sales-link', @Fence = N'app_web';
EXEC milinktest.CutDone;
EXEC milinktest.Reset;
INSERT milinktest.Fault (Name, Nth, What, ErrorNumber, Message) VALUES (N'XpLinkDelete', 1, 'late-error', 50790, N'it did not say how it ended');
UPDATE milinktest.World SET FailoverSeconds = 20;
EXEC milink.Cutover @Confirm = N'ONE WAY sales-link', @Fence = N'app_web';
EXEC milinktest.CutDone;
GO
CREATE PROCEDURE milinktest.[test cutover fault: azure loses the record of a deletion done]
AS
SET NOCOUNT ON;
INSERT milinktest.Fault (Name, Nth, What) VALUES (N'xp_milink_link_delete', 0, 'op-unknown');
EXEC milink.Cutover @Confirm = N'ONE WAY sales-link', @Fence = N'app_web';
EXEC milinktest.CutDone;
GO
CREATE PROCEDURE milinktest.[test cutover fault: the instance is not read for a while]
AS
SET NOCOUNT ON;
INSERT milinktest.Fault (Name, Nth, What, ErrorNumber, Message) VALUES (N'XpLinkList', 1, 'error', 50600, N'Azure Resource Manager did not answer');
INSERT milinktest.Fault (Name, Nth, What, ErrorNumber, Message) VALUES (N'XpDatabaseGet', 1, 'error', 50600, N'Azure Resource Manager did not answer');
EXEC milink.Cutover @Confirm = N'ONE WAY sales-link', @Fence = N'app_web';
EXEC milinktest.CutDone;
GO
CREATE PROCEDURE milinktest.[test cutover fault: azure deletes slowly, resume waits]
AS
SET NOCOUNT ON;
DECLARE @Text nvarchar(400);
EXEC milink.Configure @Link = N'sales-link', @Name = N'VerifySeconds', @Value = N'30';
UPDATE milinktest.World SET FailoverSeconds = 50;
EXEC milinktest.Throws N'EXEC milink.Cutover @Confirm = N''ONE WAY sales-link'', @Fence = N''app_web'';', 50714, N'%Azure: Running%milink.Resume%';
SELECT @Text = State + N' ' + Phase + N' ' + CONVERT(nvarchar(1), PastNoReturn) FROM milink.Run;
EXEC milinktest.Equal N'Open DELETE 1', @Text, N'the run';
EXEC milinktest.Throws N'EXEC milink.Cutover @Confirm = N''ONE WAY sales-link'', @Fence = N''app_web'';', 50705, N'%stands at DELETE, past the point of no return%';
EXEC milinktest.Throws N'EXEC milink.Abort;', 50721, N'%milink.Resume%';
EXEC milink.Resume;
EXEC milinktest.CutDone;
GO
CREATE PROCEDURE milinktest.[test cutover fault: the database does not serve, then it does]
AS
SET NOCOUNT ON;
DECLARE @Text nvarchar(400);
EXEC milink.Configure @Link = N'sales-link', @Name = N'VerifySeconds', @Value = N'30';
UPDATE milinktest.LinkDatabase SET IsAtInstance = 0;
EXEC milinktest.Throws N'EXEC milink.Cutover @Confirm = N''ONE WAY sales-link'', @Fence = N''app_web'';', 50715, N'%no such resource: the database%milink.Resume%';
EXEC milinktest.CutWorld N'link 0, dag 1, group 1, offline 0, lost 0, Passive';
SELECT @Text = CONVERT(nvarchar(1), IsDisabled) FROM milinktest.Login WHERE LoginName = N'app_web';
EXEC milinktest.Equal N'1', @Text, N'app_web stays disabled';
UPDATE milinktest.LinkDatabase SET IsAtInstance = 1;
EXEC milink.Resume;
EXEC milinktest.CutDone;
GO
