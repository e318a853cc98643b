-- SPDX-License-Identifier: MIT
-- 301 to 312 and 401 to 404: the link on both sides, from #LinkNow, which RunChecks has read.
CREATE OR ALTER PROCEDURE milink.CheckLink
    @Action varchar(12),
    @Link nvarchar(128)
AS
SET NOCOUNT ON;
DECLARE @QueueBlockKb bigint = CONVERT(bigint, milink.SettingOf(@Link, N'QueueBlockKb')), @LagWarn int = CONVERT(int, milink.SettingOf(@Link, N'LagWarnSeconds')),
    @LagBlock int = CONVERT(int, milink.SettingOf(@Link, N'LagBlockSeconds')), @Quoted nvarchar(260) = QUOTENAME(@Link);
INSERT #Check (CheckId, Severity, Subject, Evidence, Fix)
SELECT TOP (1) 301, 'BLOCKED', @Link, N'SQL Server is PRIMARY and the instance is Primary', N'-- Split brain: see docs/bad-night.md before anything connects.'
FROM #LinkNow
WHERE LocalRole = N'PRIMARY' AND InstanceRole = N'Primary';
INSERT #Check (CheckId, Severity, Subject, Evidence, Fix)
SELECT TOP (1) 302, 'BLOCKED', @Link, N'SQL Server is ' + ISNULL(LocalRole, N'in no known role') + CASE @Action WHEN 'Cutover' THEN N'; a cutover goes from SQL Server to Azure' ELSE N'' END,
    N'EXEC milink.Status @Link = ' + milink.Literal(@Link) + N';'
FROM #LinkNow
WHERE LocalRole IS NULL OR LocalRole NOT IN (N'PRIMARY', N'SECONDARY') OR LocalRole <> N'PRIMARY' AND @Action = 'Cutover';
INSERT #Check (CheckId, Severity, Subject, Evidence, Fix)
SELECT 303, 'BLOCKED', n.DatabaseName, N'connected_state is ' + ISNULL(n.Connected, N'not known')
        + ISNULL(N'; last connect error ' + CONVERT(nvarchar(11), l.ConnectErrorNumber) + N' ' + l.ConnectError, N''),
    N'EXEC master.dbo.xp_milink_network_test; -- and port 5022 and 11000 to 11999 in firewalls on both sides'
FROM #LinkNow AS n
LEFT JOIN milink.LocalLink AS l ON l.Link = @Link
WHERE ISNULL(n.Connected, N'') <> N'CONNECTED';
INSERT #Check (CheckId, Severity, Subject, Evidence, Fix)
SELECT 304, 'BLOCKED', DatabaseName, N'synchronization health here is ' + ISNULL(LocalHealth, N'not known'), N'EXEC milink.Status @Link = ' + milink.Literal(@Link) + N';'
FROM #LinkNow
WHERE ISNULL(LocalHealth, N'') <> N'HEALTHY';
INSERT #Check (CheckId, Severity, Subject, Evidence, Fix)
SELECT 305, 'BLOCKED', DatabaseName, N'health on the instance is ' + ISNULL(InstanceHealth, N'not known'), N'EXEC milink.Status @Link = ' + milink.Literal(@Link) + N';'
FROM #LinkNow
WHERE ISNULL(InstanceHealth, N'') <> N'HEALTHY';
INSERT #Check (CheckId, Severity, Subject, Evidence, Fix)
SELECT 306, 'BLOCKED', DatabaseName, N'replica_state is ' + ReplicaState, N'-- Wait until it has ended: EXEC milink.Status;'
FROM #LinkNow
WHERE ReplicaState IN (N'CreatingLink', N'LinkFailoverInProgress');
INSERT #Check (CheckId, Severity, Subject, Evidence, Fix)
SELECT 307, CASE WHEN ReplicaState LIKE N'%Error%' THEN 'BLOCKED' ELSE 'WARN' END, DatabaseName, ISNULL(ReplicaState, N'') + ISNULL(N': ' + LinkError, N''),
    N'EXEC master.dbo.xp_milink_link_get @link = ' + milink.Literal(@Link) + N';'
FROM #LinkNow
WHERE ReplicaState LIKE N'%Error%' OR LinkError IS NOT NULL;
INSERT #Check (CheckId, Severity, Subject, Evidence, Fix)
SELECT 308, 'BLOCKED', DatabaseName, N'data movement is suspended', N'ALTER DATABASE ' + QUOTENAME(DatabaseName) + N' SET HADR RESUME;'
FROM #LinkNow
WHERE IsSuspended = 1;
INSERT #Check (CheckId, Severity, Subject, Evidence, Fix)
SELECT TOP (1) 309, CASE LocalRole WHEN N'PRIMARY' THEN 'WARN' ELSE 'BLOCKED' END, @Link, N'failover_mode is None: this link goes one way, to Azure',
    N'-- Only a new link with @failover_mode = N''Manual'' can come back.'
FROM #LinkNow
WHERE FailoverMode = N'None';
INSERT #Check (CheckId, Severity, Subject, Evidence, Fix)
SELECT 310, 'BLOCKED', DatabaseName, CASE WHEN InstanceRole IS NULL THEN N'SQL Server has it, the instance does not' ELSE N'the instance has it, SQL Server does not' END,
    N'-- Compare: EXEC milink.Status @Link = ' + milink.Literal(@Link) + N';'
FROM #LinkNow
WHERE InstanceRole IS NULL AND EXISTS (SELECT 1 FROM #LinkNow WHERE InstanceRole IS NOT NULL) OR LocalHealth IS NULL AND LocalLsn IS NULL;
INSERT #Check (CheckId, Severity, Subject, Evidence, Fix)
SELECT 311, 'WARN', @Link, N'here ' + LocalCommitMode + N', partner ' + PartnerCommitMode, N'ALTER AVAILABILITY GROUP ' + @Quoted
    + N' MODIFY AVAILABILITY GROUP ON ' + milink.Literal(LocalGroup) + N' WITH (AVAILABILITY_MODE = ASYNCHRONOUS_COMMIT), ' + milink.Literal(PartnerGroup)
    + N' WITH (AVAILABILITY_MODE = ASYNCHRONOUS_COMMIT);'
FROM milink.LocalLink
WHERE Link = @Link AND (LocalCommitMode = N'SYNCHRONOUS_COMMIT' OR PartnerCommitMode = N'SYNCHRONOUS_COMMIT');
INSERT #Check (CheckId, Severity, Subject, Evidence, Fix)
SELECT 312, 'INFO', LocalGroup, N'nodes in the local group: ' + CONVERT(nvarchar(11), LocalNodes), N'-- Check the certificates and logins on each node.'
FROM milink.LocalLink
WHERE Link = @Link AND LocalNodes > 1;
INSERT #Check (CheckId, Severity, Subject, Evidence, Fix)
SELECT 401, CASE WHEN LagSeconds > @LagBlock THEN 'BLOCKED' ELSE 'WARN' END, DatabaseName,
    N'lag ' + milink.Span(LagSeconds) + N'; warned of above ' + milink.Span(@LagWarn) + N', forbidden above ' + milink.Span(@LagBlock),
    N'-- Stop the load, or wait: EXEC milink.Status @Link = ' + milink.Literal(@Link) + N';'
FROM #LinkNow
WHERE LagSeconds > @LagWarn;
INSERT #Check (CheckId, Severity, Subject, Evidence, Fix)
SELECT 402, 'BLOCKED', DatabaseName, N'send queue ' + CONVERT(nvarchar(20), SendQueueKb) + N' KB, allowed ' + CONVERT(nvarchar(20), @QueueBlockKb), N'-- Wait until it is sent.'
FROM #LinkNow
WHERE SendQueueKb > @QueueBlockKb;
INSERT #Check (CheckId, Severity, Subject, Evidence, Fix)
SELECT 403, 'BLOCKED', DatabaseName, N'redo queue ' + CONVERT(nvarchar(20), RedoQueueKb) + N' KB, allowed ' + CONVERT(nvarchar(20), @QueueBlockKb), N'-- Wait until it is redone, or scale the secondary.'
FROM #LinkNow
WHERE RedoQueueKb > @QueueBlockKb;
INSERT #Check (CheckId, Severity, Subject, Evidence, Fix)
SELECT 404, 'BLOCKED', s.DatabaseName, N'seeding, sent ' + CONVERT(nvarchar(20), s.SentBytes / 1048576) + N' of ' + CONVERT(nvarchar(20), s.TotalBytes / 1048576) + N' MB',
    N'-- Wait until ' + ISNULL(CONVERT(nvarchar(30), s.EstimatedEndAt, 121) + N' UTC (estimated)', N'it has ended') + N'.'
FROM milink.LocalSeeding AS s
JOIN #LinkNow AS n ON n.DatabaseName = s.DatabaseName
WHERE s.SentBytes < s.TotalBytes;
GO
