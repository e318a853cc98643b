-- SPDX-License-Identifier: MIT
CREATE OR ALTER VIEW milink.LocalCertificate
AS
SELECT
    CAST(n.Name AS nvarchar(128)) AS CertificateName, n.Id AS CertificateId, CAST(N'CN=' + n.Name AS nvarchar(4000)) AS Subject,
    CAST(N'CN=' + n.Name AS nvarchar(442)) AS Issuer, CAST(DATEADD(DAY, -100, w.Now) AS datetime) AS StartsAt,
    CAST(DATEADD(DAY, n.Days, w.Now) AS datetime) AS ExpiresAt, CAST(CONVERT(nvarchar(11), n.Id) AS nvarchar(80)) AS Thumbprint,
    CAST(CASE n.Id WHEN 1 THEN N'MK' ELSE N'NA' END AS nvarchar(2)) AS PrivateKey
FROM milinktest.World AS w
CROSS JOIN milinktest.Certificates AS c
CROSS JOIN (VALUES (1, N'Cert_BOX_endpoint', 200), (2, N'mi-prod.abc.database.windows.net', 300), (3, N'MicrosoftPKI', 5000), (4, N'DigiCertPKI', 4000)) AS n (Id, Name, Days)
WHERE c.HasRoots = 1 OR n.Id < 3;
GO
