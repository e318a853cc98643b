-- SPDX-License-Identifier: MIT
-- Certificates in master that a link uses or may use: those with a private key of the master key, and those without one.
CREATE OR ALTER VIEW milink.LocalCertificate
AS
SELECT
    name AS CertificateName,
    certificate_id AS CertificateId,
    subject AS Subject,
    issuer_name AS Issuer,
    start_date AS StartsAt,
    expiry_date AS ExpiresAt,
    CONVERT(nvarchar(80), thumbprint, 2) AS Thumbprint,
    pvt_key_encryption_type AS PrivateKey -- MK: by the master key; NA: none
FROM sys.certificates
WHERE name NOT LIKE N'##MS[_]%';
GO
