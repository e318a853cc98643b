-- SPDX-License-Identifier: MIT
-- The database mirroring endpoint, with the certificate it shows; no row: there is none.
CREATE OR ALTER VIEW milink.LocalEndpoint
AS
SELECT
    e.name AS EndpointName,
    e.state_desc AS State,
    e.role_desc AS Role,
    e.connection_auth_desc AS Authentication,
    e.is_encryption_enabled AS IsEncrypted,
    e.encryption_algorithm_desc AS Encryption,
    t.port AS Port,
    t.ip_address AS IpAddress,
    c.name AS CertificateName,
    CONVERT(nvarchar(80), c.thumbprint, 2) AS CertificateThumbprint, -- hexadecimal, as Azure gives it
    c.expiry_date AS CertificateExpiresAt
FROM sys.database_mirroring_endpoints AS e
LEFT JOIN sys.tcp_endpoints AS t ON t.endpoint_id = e.endpoint_id
LEFT JOIN sys.certificates AS c ON c.certificate_id = e.certificate_id;
GO
