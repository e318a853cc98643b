-- SPDX-License-Identifier: MIT
-- Every setting: its default and what it takes. milink.Configure lists and checks by it.
CREATE OR ALTER VIEW milink.SettingDefault
AS
SELECT Name, DefaultValue, Kind, Least, Most, Allowed, PerLink, Meaning
FROM
(
    VALUES
    (N'Enabled', N'Y', 'choice', NULL, NULL, N'Y|N', 0, N'N switches off every change to every link; reading goes on'),
    (N'Instance', N'', 'text', NULL, NULL, NULL, 1, N'the agent''s alias of the Managed Instance; empty: the only one there is'),
    (N'TimeoutSeconds', N'300', 'int', 30, 3600, NULL, 1, N'the time for everything before the point of no return'),
    (N'Fence', N'Sessions', 'text', NULL, NULL, NULL, 1,
        N'who is kept off the databases: None; Sessions (those in them are ended, once); or a list of logins, which are disabled until the end'),
    (N'StableSamples', N'3', 'int', 2, 60, NULL, 1, N'equal hardened LSNs in so many samples in a row prove that nothing is lost'),
    (N'SampleSeconds', N'5', 'int', 1, 60, NULL, 1, N'the time between two samples'),
    (N'VerifySeconds', N'600', 'int', 30, 7200, NULL, 1, N'how long both sides are read after the failover before the run is left open'),
    (N'AntiFlapSeconds', N'600', 'int', 0, 86400, NULL, 1, N'a link that changed its roles rests so long before the next planned change'),
    (N'License', N'Auto', 'choice', NULL, NULL, N'Auto|Manual', 1,
        N'Auto: the hybrid failover benefit follows the role; Manual: it is only looked at'),
    (N'LicenseTypeActive', N'', 'choice', NULL, NULL, N'|LicenseIncluded|BasePrice', 1,
        N'the licence type while the instance serves; empty: as it is'),
    (N'LicenseTypePassive', N'', 'choice', NULL, NULL, N'|LicenseIncluded|BasePrice', 1,
        N'the licence type while it is a passive secondary; empty: as it is'),
    (N'ForceApprover', N'N', 'choice', NULL, NULL, N'Y|N', 1, N'Y: a forced failover needs a second member of milink_admin'),
    (N'ForceTokenSeconds', N'300', 'int', 60, 3600, NULL, 0, N'how long a token of milink.ForceFailover is good'),
    (N'LagWarnSeconds', N'10', 'int', 0, 86400, NULL, 1, N'milink.Validate warns of a lag above it'),
    (N'LagBlockSeconds', N'120', 'int', 1, 86400, NULL, 1, N'and forbids a planned failover above it'),
    (N'QueueBlockKb', N'1048576', 'int', 1, 2147483647, NULL, 1, N'a send or redo queue above it forbids a planned failover'),
    (N'CertificateWarnDays', N'30', 'int', 1, 3650, NULL, 0, N'milink.Validate warns of a certificate that ends sooner'),
    (N'BackupWarnHours', N'24', 'int', 1, 8760, NULL, 1, N'milink.Validate warns of a database with no backup for so long'),
    (N'HistoryDays', N'400', 'int', 30, 36500, NULL, 0, N'how long ended runs are kept')
) AS s (Name, DefaultValue, Kind, Least, Most, Allowed, PerLink, Meaning);
GO
