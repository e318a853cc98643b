-- SPDX-License-Identifier: MIT
CREATE OR ALTER VIEW milink.LocalLinkDatabase
AS
SELECT
    d.Link, d.DatabaseName, 7 AS DatabaseId, CAST(N'SYNCHRONIZING' AS nvarchar(60)) AS SyncState, l.LocalHealth AS Health,
    CAST(N'ONLINE' AS nvarchar(60)) AS DatabaseState, d.IsSuspended, CAST(NULL AS nvarchar(60)) AS SuspendReason, d.LocalLsn AS HardenedLsn,
    d.LocalLsn AS EndOfLogLsn, CAST(milinktest.CommitAt(d.LocalLsn, d.InstanceLsn, d.Load) AS datetime) AS CommitTime, CAST(0 AS bigint) AS RedoQueueKb,
    CASE l.LocalRole WHEN N'PRIMARY' THEN d.InstanceLsn END AS PartnerHardenedLsn, CASE l.LocalRole WHEN N'PRIMARY' THEN d.InstanceLsn END AS PartnerSentLsn,
    CAST(NULL AS datetime) AS PartnerCommitTime, CASE l.LocalRole WHEN N'PRIMARY' THEN CAST(d.LocalLsn - d.InstanceLsn AS bigint) END AS LogSendQueueKb, CAST(0 AS bigint) AS LogSendRateKb,
    CAST(0 AS bigint) AS PartnerRedoQueueKb, CAST(0 AS bigint) AS LagSeconds
FROM milinktest.LinkDatabase AS d
JOIN milinktest.Link AS l ON l.Link = d.Link
WHERE l.IsLocal = 1;
GO
