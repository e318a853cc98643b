-- SPDX-License-Identifier: MIT
-- Every check: its id, which never changes; what it is for; what it looks at and why. docs/tsql/checks.md is made from this view, and no check can give a row
-- that is not here. Actions: S Switchover and FailBack, C Cutover, F ForceFailover, N Create, R Remove, L License.
CREATE OR ALTER VIEW milink.CheckCatalogue
AS
SELECT CheckId, Area, CheckName, Actions, What, Why
FROM
(
    VALUES
    -- The agent and the procedures that call it.
    (101, 'Agent', N'Agent answers', 'SCFNRL', N'whether xp_milink_version answers', N'Everything on the Azure side goes through the agent on this host.'),
    (102, 'Agent', N'Agent is healthy', 'SCFNRL', N'each check of xp_milink_health: identity, token, Azure, clock, permissions, journal, audit', N'A missing permission shows at the failover otherwise.'),
    (103, 'Agent', N'No operation is open', 'SCFNRL', N'operations of the link in the agent''s journal that have not ended', N'Two changes of one link at a time are refused by Azure, or worse.'),
    -- The schema itself.
    (111, 'Journal', N'No run is open', 'SCFNR', N'runs of the link in milink.Run that have not ended', N'A run that stands half-way is finished or put back first.'),
    (112, 'Journal', N'Changes are switched on', 'SCFNRL', N'the setting Enabled', N'An administrator may have stopped all changes.'),
    (113, 'Journal', N'The link had its rest', 'S', N'the last role change and the setting AntiFlapSeconds', N'Roles that go back and forth hide a fault.'),
    -- This SQL Server.
    (201, 'Server', N'Version can be linked', 'SCFN', N'2016 SP3 with the Azure Connect pack, 2017 CU31 with it, 2019 CU20, 2022, 2025', N'Earlier builds lack parts of the link.'),
    (202, 'Server', N'Version can fail over by statement', 'SF', N'2022 CU13 (16.0.4125) or later, or 2025', N'Without ALTER AVAILABILITY GROUP ... FAILOVER there is only the cutover.'),
    (203, 'Server', N'Edition can be linked', 'SCFN', N'Enterprise, Developer or Standard', N'Express and Web have no availability groups.'),
    (204, 'Server', N'Always On is enabled', 'SCFN', N'SERVERPROPERTY IsHadrEnabled', N'A link is a distributed availability group.'),
    (205, 'Server', N'Collations agree', 'N', N'the server''s collation', N'Names of servers and databases are compared by it on both sides.'),
    -- The link on both sides.
    (301, 'Link', N'One primary', 'SCFR', N'the roles on both sides', N'Two primaries mean that both sides took writes, and one of them will lose.'),
    (302, 'Link', N'Roles are as the action needs', 'SC', N'the role of SQL Server', N'A cutover goes from SQL Server to Azure.'),
    (303, 'Link', N'Connected', 'SC', N'connected_state on both sides, and the last connect error', N'A link that is not connected cannot be synchronized.'),
    (304, 'Link', N'Healthy on SQL Server', 'SC', N'synchronization health of each database here', N'A planned failover of an unhealthy link times out.'),
    (305, 'Link', N'Healthy on the instance', 'SC', N'health of each database as Azure reads it', N'A planned failover of an unhealthy link times out.'),
    (306, 'Link', N'Nothing else is under way', 'SCFR', N'replica_state of each database', N'While it is created, seeded or failed over, Azure refuses a change.'),
    (307, 'Link', N'Azure reports no error', 'SC', N'most_recent_error and replica_state with Error', N'Azure writes there what broke the link.'),
    (308, 'Link', N'Data movement is not suspended', 'SC', N'is_suspended of each database', N'A suspended database falls behind and blocks the failover.'),
    (309, 'Link', N'It can come back', 'S', N'failover_mode: Manual two-way, None one-way', N'A link made one-way cannot fail back: known before you go, not after.'),
    (310, 'Link', N'Both sides know the same databases', 'SCR', N'databases here and on the instance', N'A database that only one side has is left behind.'),
    (311, 'Link', N'Commit mode is asynchronous', 'S', N'availability modes of both members', N'Left at synchronous it slows every commit; a planned failover switches by itself.'),
    (312, 'Link', N'Several nodes', 'SN', N'replicas of the local group', N'Certificates and logins must be on every node, and the link must use the listener.'),
    -- Lag.
    (401, 'Lag', N'Lag is small', 'SC', N'secondary lag against LagWarnSeconds and LagBlockSeconds', N'The failover waits for it; Azure refuses when it is too big.'),
    (402, 'Lag', N'Send queue is small', 'SC', N'log send queue against QueueBlockKb', N'Azure refuses with LogSendQueueSizeTooBig.'),
    (403, 'Lag', N'Redo queue is small', 'SC', N'redo queue against QueueBlockKb', N'Azure refuses with RedoQueueSizeTooBig.'),
    (404, 'Lag', N'Seeding has ended', 'SC', N'seeding that goes on for databases of the link', N'A database that is still copied cannot be failed over.'),
    -- The databases.
    (501, 'Database', N'Online', 'SCN', N'state of each database', N'Only an online database is in a link.'),
    (502, 'Database', N'Full recovery', 'SCN', N'recovery model', N'A link sends log.'),
    (503, 'Database', N'One log file', 'N', N'log files of each database', N'The instance takes one.'),
    (504, 'Database', N'No FILESTREAM or memory-optimized container', 'N', N'containers of each database', N'FILESTREAM is not taken; In-Memory OLTP only by Business Critical.'),
    (505, 'Database', N'Encryption can follow', 'SN', N'TDE and the kind of its key', N'A certificate must be on the instance; back again only a customer-managed key.'),
    (506, 'Database', N'Writable', 'SN', N'read-only databases', N'A read-only database cannot be a source.'),
    (507, 'Database', N'Change data capture', 'SC', N'is_cdc_enabled', N'Its jobs are not copied: configure them on the other side.'),
    (508, 'Database', N'Replication', 'SCN', N'published, merge-published or subscribed', N'Replication does not follow a link.'),
    (509, 'Database', N'Service Broker', 'SCN', N'is_broker_enabled', N'Off at the source it can never be used on the instance; conversations do not follow.'),
    (510, 'Database', N'Auto close is off', 'N', N'is_auto_close_on', N'A database in a group stays open.'),
    -- Backups and log.
    (601, 'Backup', N'A full backup exists', 'N', N'the last full backup that is not COPY_ONLY', N'Without it the link cannot be created (error 1475).'),
    (602, 'Backup', N'Log is backed up', 'SC', N'the last log backup against BackupWarnHours', N'The log of a linked database grows until it is sent and backed up.'),
    (603, 'Backup', N'Log is not held by the link', 'SC', N'log_reuse_wait_desc AVAILABILITY_REPLICA', N'The instance does not receive: the log will fill (error 9002).'),
    (604, 'Backup', N'The instance has a backup of its own', 'SR', N'last backup time on the instance', N'A link dropped before it can leave the database unavailable after a restart.'),
    -- Certificates and endpoint.
    (701, 'Certificate', N'Endpoint is there and started', 'SCN', N'the database mirroring endpoint', N'A link needs one.'),
    (702, 'Certificate', N'Endpoint takes certificates', 'SCN', N'connection_auth_desc', N'The instance knows no Windows authentication.'),
    (703, 'Certificate', N'Endpoint encrypts with AES', 'SCN', N'encryption of the endpoint', N'The instance requires it.'),
    (704, 'Certificate', N'SQL Server''s certificate is valid', 'SCN', N'expiry of the endpoint''s certificate', N'When it expires the link stops.'),
    (705, 'Certificate', N'The instance trusts it', 'SCN', N'its thumbprint among those uploaded, not its name alone', N'A stale certificate passes every check by name and breaks the link.'),
    (706, 'Certificate', N'The instance''s certificate is here', 'SCN', N'a certificate named as the instance''s full name', N'SQL Server refuses the instance without it (error 41974).'),
    (707, 'Certificate', N'Roots are here', 'SCN', N'MicrosoftPKI and DigiCertPKI', N'The instance''s certificate renews itself under these roots.'),
    (708, 'Certificate', N'Private key is under the master key', 'SCN', N'pvt_key_encryption_type of the endpoint''s certificate', N'The endpoint cannot open it otherwise after a restart.'),
    -- The instance.
    (801, 'Instance', N'Ready', 'SCFNRL', N'state of the instance, and a running management operation', N'While it scales or updates it refuses changes.'),
    (802, 'Instance', N'Update policy matches', 'SN', N'database_format against the version of SQL Server', N'With another policy the database cannot come back, ever.'),
    (803, 'Instance', N'Network from here', 'SCN', N'a TCP connection from this host to the instance at 5022', N'A link that was up may be cut by a firewall since.'),
    (804, 'Instance', N'Databases online on the instance', 'SCR', N'status of each database there', N'A database that is not online there will not serve.'),
    -- Licence.
    (901, 'Licence', N'Licence fits the role', 'SL', N'the verdict of xp_milink_license_get', N'Passive while it serves breaks the terms; Active while it only waits costs.'),
    (902, 'Licence', N'No debt', 'SL', N'milink.LicenseDebt', N'A change that is owed is tried again until it is made.'),
    -- What a link does not copy.
    (951, 'Parity', N'Logins', 'SC', N'logins with sessions in the databases, to be compared on the other side', N'Logins are not copied; an application without its login is down.'),
    (952, 'Parity', N'Jobs', 'SC', N'Agent jobs with steps in the databases', N'Jobs are not copied.'),
    (953, 'Parity', N'Linked servers', 'SC', N'linked servers of this server', N'Linked servers are not copied.'),
    -- A whole area could not be looked at.
    (999, 'Checks', N'All could be checked', 'SCFNRL', N'areas whose checks failed themselves', N'What is not known is not ready.')
) AS c (CheckId, Area, CheckName, Actions, What, Why);
GO
