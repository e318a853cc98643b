-- SPDX-License-Identifier: MIT
CREATE OR ALTER VIEW milink.LocalEndpoint
AS
SELECT
    CAST(N'database_mirroring_endpoint' AS nvarchar(128)) AS EndpointName, CAST(N'STARTED' AS nvarchar(60)) AS State, CAST(N'ALL' AS nvarchar(60)) AS Role,
    CAST(N'CERTIFICATE' AS nvarchar(60)) AS Authentication, CAST(1 AS bit) AS IsEncrypted, CAST(N'AES' AS nvarchar(60)) AS Encryption, 5022 AS Port,
    CAST(NULL AS nvarchar(45)) AS IpAddress, CAST(N'Cert_BOX_endpoint' AS nvarchar(128)) AS CertificateName, ThumbprintHere AS CertificateThumbprint,
    CAST(ExpiresAt AS datetime) AS CertificateExpiresAt
FROM milinktest.Certificates;
GO
