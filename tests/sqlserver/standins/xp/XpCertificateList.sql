-- SPDX-License-Identifier: MIT
CREATE OR ALTER PROCEDURE milink.XpCertificateList
    @Instance nvarchar(64) = NULL,
    @TimeoutSeconds int = NULL
AS
SET NOCOUNT ON;
EXEC milinktest.Call N'XpCertificateList', @Instance;
INSERT #XpCertificateList (name, thumbprint) SELECT N'Cert_BOX_endpoint', ThumbprintThere FROM milinktest.Certificates;
GO
