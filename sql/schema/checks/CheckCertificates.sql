-- SPDX-License-Identifier: MIT
-- 701 to 708: the endpoint and the certificates on both sides.
CREATE OR ALTER PROCEDURE milink.CheckCertificates
    @Instance nvarchar(64),
    @Link nvarchar(128)
AS
SET NOCOUNT ON;
SET XACT_ABORT OFF;
DECLARE @WarnDays int = CONVERT(int, milink.SettingOf(@Link, N'CertificateWarnDays')), @Now datetime2(3) = milink.UtcNow(), @Fqdn nvarchar(256);
IF NOT EXISTS (SELECT 1 FROM milink.LocalEndpoint)
    INSERT #Check (CheckId, Severity, Evidence, Fix)
    VALUES (701, 'BLOCKED', N'there is no database mirroring endpoint', N'-- CREATE ENDPOINT ... FOR DATABASE_MIRRORING (ROLE = ALL, AUTHENTICATION = CERTIFICATE ..., ENCRYPTION = REQUIRED ALGORITHM AES);');
INSERT #Check (CheckId, Severity, Subject, Evidence, Fix)
SELECT 701, 'BLOCKED', EndpointName, N'state is ' + State, N'ALTER ENDPOINT ' + QUOTENAME(EndpointName) + N' STATE = STARTED;'
FROM milink.LocalEndpoint
WHERE State <> N'STARTED'
UNION ALL
SELECT 702, 'BLOCKED', EndpointName, N'authentication is ' + Authentication,
    N'ALTER ENDPOINT ' + QUOTENAME(EndpointName) + N' FOR DATABASE_MIRRORING (AUTHENTICATION = WINDOWS NEGOTIATE CERTIFICATE [...]);'
FROM milink.LocalEndpoint
WHERE Authentication NOT LIKE N'%CERTIFICATE%'
UNION ALL
SELECT 703, 'BLOCKED', EndpointName, N'encryption is ' + ISNULL(Encryption, N'off'),
    N'ALTER ENDPOINT ' + QUOTENAME(EndpointName) + N' FOR DATABASE_MIRRORING (ENCRYPTION = REQUIRED ALGORITHM AES);'
FROM milink.LocalEndpoint
WHERE IsEncrypted = 0 OR ISNULL(Encryption, N'') NOT LIKE N'%AES%'
UNION ALL
SELECT 704, CASE WHEN CertificateExpiresAt <= @Now THEN 'BLOCKED' ELSE 'WARN' END, CertificateName, N'ends in ' + CONVERT(nvarchar(11), DATEDIFF(DAY, @Now, CertificateExpiresAt)) + N' days',
    N'-- Make a new one, put it on the instance (xp_milink_certificate_put), switch the endpoint, then drop the old one.'
FROM milink.LocalEndpoint
WHERE CertificateExpiresAt < DATEADD(DAY, @WarnDays, @Now)
UNION ALL
SELECT 708, 'BLOCKED', c.CertificateName, N'its private key is protected by ' + c.PrivateKey, N'ALTER CERTIFICATE ' + QUOTENAME(c.CertificateName) + N' WITH PRIVATE KEY (DECRYPTION BY PASSWORD = N''...'');'
FROM milink.LocalEndpoint AS e
JOIN milink.LocalCertificate AS c ON c.CertificateName = e.CertificateName
WHERE c.PrivateKey <> N'MK';
INSERT #Check (CheckId, Severity, Subject, Evidence, Fix)
SELECT 707, 'BLOCKED', root.Name, N'the root certificate is not in master', N'-- CREATE CERTIFICATE ' + QUOTENAME(root.Name) + N' FROM BINARY = 0x...; then sp_certificate_add_issuer.'
FROM (VALUES (N'MicrosoftPKI'), (N'DigiCertPKI')) AS root (Name)
WHERE NOT EXISTS (SELECT 1 FROM milink.LocalCertificate AS c WHERE c.CertificateName = root.Name);
SELECT * INTO #XpCertificateList FROM milink.XpCertificateListRow;
SELECT * INTO #XpInstanceGet FROM milink.XpInstanceGetRow;
EXEC milink.XpCertificateList @Instance = @Instance;
EXEC milink.XpInstanceGet @Instance = @Instance;
SELECT @Fqdn = fqdn FROM #XpInstanceGet;
INSERT #Check (CheckId, Severity, Subject, Evidence, Fix)
SELECT 705, 'BLOCKED', e.CertificateName, N'thumbprint ' + ISNULL(e.CertificateThumbprint, N'unknown') + N' is not among the certificates on the instance: '
        + CONVERT(nvarchar(11), (SELECT COUNT(*) FROM #XpCertificateList)),
    N'DECLARE @key varbinary(8000) = CERTENCODED(CERT_ID(' + milink.Literal(e.CertificateName) + N')); EXEC master.dbo.xp_milink_certificate_put @name = '
        + milink.Literal(e.CertificateName) + N', @public_key = @key;'
FROM milink.LocalEndpoint AS e
WHERE NOT EXISTS
(
    SELECT 1 FROM #XpCertificateList AS c
    WHERE UPPER(REPLACE(REPLACE(c.thumbprint, N'0x', N''), N':', N'')) = e.CertificateThumbprint
);
INSERT #Check (CheckId, Severity, Subject, Evidence, Fix)
SELECT 706, 'BLOCKED', @Fqdn, N'SQL Server has no certificate of that name, which is the instance''s full name',
    N'EXEC master.dbo.xp_milink_endpoint_certificate_get; -- CREATE CERTIFICATE ' + QUOTENAME(@Fqdn) + N' FROM BINARY = <public_key>;'
WHERE NOT EXISTS (SELECT 1 FROM milink.LocalCertificate WHERE CertificateName = @Fqdn)
UNION ALL
SELECT 706, 'BLOCKED', @Fqdn, N'ended ' + CONVERT(nvarchar(30), ExpiresAt, 121), N'-- Drop it and take the new one: EXEC master.dbo.xp_milink_endpoint_certificate_get;'
FROM milink.LocalCertificate
WHERE CertificateName = @Fqdn AND ExpiresAt <= @Now;
GO
