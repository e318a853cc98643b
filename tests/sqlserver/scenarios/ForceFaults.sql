-- SPDX-License-Identifier: MIT
-- What goes wrong in a forced failover: what would be lost is not known, the act is refused or its answer lost, the session is ended.

-- What a first call says would be lost.
CREATE PROCEDURE milinktest.Loss
    @Expected nvarchar(400)
AS
SET NOCOUNT ON;
DECLARE @Text nvarchar(2048);
DELETE milink.ForceToken;
EXEC milink.ForceFailover;
SELECT @Text = Loss FROM milink.ForceToken;
EXEC milinktest.Equal @Expected, @Text, N'what would be lost';
GO
CREATE PROCEDURE milinktest.[test force loss: what is not known is not zero]
AS
SET NOCOUNT ON;
EXEC milinktest.Sever;
UPDATE milinktest.World SET AgentDownUntil = '20990101';
EXEC milinktest.Loss N'sales: seconds not known, 70 KB of log, not known: the side that would be primary does not tell what it has';
UPDATE milinktest.World SET AgentDownUntil = '20000101';
EXEC milinktest.SeverAzure;
EXEC milinktest.Loss N'sales: seconds not known, size of the log not known, not known: the sides are not connected, and the primary may have more than Azure has last heard of it';
UPDATE milinktest.LinkDatabase SET InstanceLsn = LocalLsn;
EXEC milinktest.Loss N'sales: seconds not known, size of the log not known, not known: the sides are not connected, and the primary may have more than Azure has last heard of it';
GO
CREATE PROCEDURE milinktest.[test force loss: what is known, in both directions]
AS
SET NOCOUNT ON;
EXEC milinktest.SeverAzure;
UPDATE milinktest.Link SET Connected = N'CONNECTED';
EXEC milinktest.Loss N'sales: 10 s, size of the log not known, what was committed after the new primary''s last commit';
UPDATE milinktest.LinkDatabase SET InstanceLsn = LocalLsn;
EXEC milinktest.Loss N'sales: 0 s, size of the log not known, nothing, if nobody writes any more';
UPDATE milinktest.Link SET LocalRole = N'PRIMARY', InstanceRole = N'Secondary';
EXEC milinktest.Loss N'sales: 0 s, 0 KB of log, nothing, if nobody writes any more';
UPDATE milinktest.LinkDatabase SET LocalLsn = LocalLsn + 21;
EXEC milinktest.Loss N'sales: 3 s, 21 KB of log, what was committed after the new primary''s last commit';
GO
CREATE PROCEDURE milinktest.ForceBack -- a run that came back: nothing has changed
    @Roles nvarchar(40)
AS
SET NOCOUNT ON;
DECLARE @Text nvarchar(400);
SELECT @Text = LocalRole + N' ' + InstanceRole + N' ' + CONVERT(nvarchar(11), Failovers) FROM milinktest.Link WHERE Link = N'sales-link';
EXEC milinktest.Equal @Roles, @Text, N'roles and failovers';
SELECT @Text = State + N' ' + CONVERT(nvarchar(1), PastNoReturn) FROM milink.Run;
EXEC milinktest.Equal N'Undone 0', @Text, N'the run';
GO
CREATE PROCEDURE milinktest.ForceDone
    @Roles nvarchar(40)
AS
SET NOCOUNT ON;
DECLARE @Text nvarchar(400);
SELECT @Text = LocalRole + N' ' + InstanceRole + N' ' + CONVERT(nvarchar(11), Failovers) FROM milinktest.Link WHERE Link = N'sales-link';
EXEC milinktest.Equal @Roles, @Text, N'roles and failovers';
SELECT @Text = State FROM milink.Run;
EXEC milinktest.Equal N'Succeeded', @Text, N'the run';
SELECT @Text = CONVERT(nvarchar(11), (SELECT COUNT(*) FROM milinktest.Operation WHERE ProcedureName = N'xp_milink_link_failover')
    + (SELECT COUNT(*) FROM milinktest.Executed WHERE Statement LIKE N'%FORCE%'));
EXEC milinktest.Equal N'1', @Text, N'times it was done';
GO
CREATE PROCEDURE milinktest.[test force fault: the agent refuses]
AS
SET NOCOUNT ON;
EXEC milinktest.Sever;
INSERT milinktest.Fault (Name, Nth, What, ErrorNumber, Message) VALUES (N'XpLinkFailover', 1, 'error', 50558, N'the right failover is missing');
EXEC milinktest.Throws N'EXEC milinktest.ForceBoth;', 50713, N'%the right failover is missing%';
EXEC milinktest.ForceBack N'PRIMARY Secondary 0';
GO
CREATE PROCEDURE milinktest.[test force fault: the request never reaches the agent]
AS
SET NOCOUNT ON;
EXEC milinktest.Sever;
INSERT milinktest.Fault (Name, Nth, What, ErrorNumber, Message) VALUES (N'XpLinkFailover', 1, 'error', 50501, N'nothing answers');
EXEC milinktest.Throws N'EXEC milinktest.ForceBoth;', 50713, N'%did not reach the agent%';
EXEC milinktest.ForceBack N'PRIMARY Secondary 0';
GO
CREATE PROCEDURE milinktest.[test force fault: the answer to the request is lost]
AS
SET NOCOUNT ON;
EXEC milinktest.Sever;
INSERT milinktest.Fault (Name, Nth, What) VALUES (N'XpLinkFailover', 1, 'lost');
EXEC milinktest.ForceBoth;
EXEC milinktest.ForceDone N'PRIMARY Primary 1';
GO
CREATE PROCEDURE milinktest.[test force fault: the statement is done, answered by an error]
AS
SET NOCOUNT ON;
EXEC milinktest.SeverAzure;
INSERT milinktest.Fault (Name, Nth, What, ErrorNumber) VALUES (N'%FORCE%', 1, 'late-error', 51142);
EXEC milinktest.ForceBoth;
EXEC milinktest.ForceDone N'PRIMARY Primary 1';
GO
CREATE PROCEDURE milinktest.[test force fault: azure takes long, resume waits, asks not]
AS
SET NOCOUNT ON;
DECLARE @Text nvarchar(400);
EXEC milinktest.Sever;
EXEC milink.Configure @Link = N'sales-link', @Name = N'VerifySeconds', @Value = N'30';
UPDATE milinktest.World SET FailoverSeconds = 50;
EXEC milinktest.Throws N'EXEC milinktest.ForceBoth;', 50714, N'%Azure: Running%milink.Resume%';
SELECT @Text = State + N' ' + Phase FROM milink.Run;
EXEC milinktest.Equal N'Open FORCE', @Text, N'the run';
UPDATE milinktest.World SET FailoverSeconds = 4;
EXEC milink.Resume;
EXEC milinktest.ForceDone N'PRIMARY Primary 1';
GO
CREATE PROCEDURE milinktest.[test force fault: an open run of the link is closed first]
AS
SET NOCOUNT ON;
DECLARE @Token char(8), @Statement nvarchar(400), @Text nvarchar(400);
EXEC milink.Configure @Link = N'sales-link', @Name = N'VerifySeconds', @Value = N'30';
UPDATE milinktest.World SET FailoverSeconds = 100000;
EXEC milinktest.Throws N'EXEC milink.Switchover @Fence = N''app_web'';', 50714;
UPDATE milinktest.Link SET ChangeAt = NULL, ReplicaState = N'LinkSynchronizing';
UPDATE milinktest.World SET FailoverSeconds = 4;
EXEC milinktest.Sever;
EXEC milink.ForceFailover;
SELECT @Token = Token FROM milink.ForceToken;
SET @Statement = N'EXEC milinktest.ForceWith ''' + @Token + N''';';
EXEC milinktest.Throws @Statement, 50705, N'%Switchover, run %stands at FAILOVER%milink.Abort%';
EXEC milink.Abort @Close = 'Y', @Reason = N'forced instead';
EXEC milinktest.ForceWith @Token;
SELECT @Text = InstanceRole FROM milinktest.Link;
EXEC milinktest.Equal N'Primary', @Text, N'the instance, by the token that was not spent';
GO
CREATE PROCEDURE milinktest.[test force fault: from 2019 azure refuses the deletion]
AS
SET NOCOUNT ON;
UPDATE milinktest.World SET Major = 13, Build = 7000;
EXEC milinktest.Sever;
INSERT milinktest.Fault (Name, Nth, What, ErrorNumber, Message) VALUES (N'xp_milink_link_delete', 0, 'op-failed', 50602, N'Azure: busy');
EXEC milinktest.Throws N'EXEC milinktest.ForceBoth;', 50713, N'%Azure: busy%';
EXEC milinktest.ForceBack N'PRIMARY Secondary 0';
EXEC milinktest.CutWorld N'link 1, dag 1, group 1, offline 0, lost 70, Passive';
GO
CREATE PROCEDURE milinktest.[test force killed before the statement]
AS
SET NOCOUNT ON;
EXEC milinktest.SeverAzure;
INSERT milinktest.Fault (Name, Nth, What) VALUES (N'%FORCE%', 1, 'kill');
EXEC milinktest.ForceBoth;
GO
CREATE PROCEDURE milinktest.[after force killed before the statement]
AS
SET NOCOUNT ON;
EXEC milinktest.Throws N'EXEC milink.Resume;', 50713, N'%the session that asked for it is gone%';
EXEC milinktest.ForceBack N'SECONDARY Primary 0';
GO
CREATE PROCEDURE milinktest.[test force killed after the statement]
AS
SET NOCOUNT ON;
EXEC milinktest.SeverAzure;
INSERT milinktest.Fault (Name, Nth, What) VALUES (N'%FORCE%', 1, 'late-kill');
EXEC milinktest.ForceBoth;
GO
CREATE PROCEDURE milinktest.[after force killed after the statement]
AS
SET NOCOUNT ON;
DECLARE @Text nvarchar(400);
EXEC milink.Resume;
EXEC milinktest.ForceDone N'PRIMARY Primary 1';
SELECT @Text = CONVERT(nvarchar(11), COUNT(*)) FROM milink.RunStep WHERE Phase = 'FORCE' AND Kind = 'Note' AND Text LIKE N'%BACKUP%';
EXEC milinktest.Equal N'1', @Text, N'what is left to do was said';
GO
CREATE PROCEDURE milinktest.[test force killed after azure is asked]
AS
SET NOCOUNT ON;
EXEC milinktest.Sever;
INSERT milinktest.Fault (Name, Nth, What) VALUES (N'XpLinkFailover', 1, 'late-kill');
EXEC milinktest.ForceBoth;
GO
CREATE PROCEDURE milinktest.[after force killed after azure is asked]
AS
SET NOCOUNT ON;
EXEC milinktest.Throws N'EXEC milink.Abort;', 50721;
EXEC milink.Resume;
EXEC milinktest.ForceDone N'PRIMARY Primary 1';
GO
