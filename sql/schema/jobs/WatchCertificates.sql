-- SPDX-License-Identifier: MIT
-- What the certificate job does: raises an alert for those of a link that end within CertificateWarnDays.
CREATE OR ALTER PROCEDURE milink.WatchCertificates
AS
SET NOCOUNT ON;
DECLARE @Text nvarchar(max), @Message nvarchar(2000), @Now datetime2(3) = milink.UtcNow(), @Days int = CONVERT(int, milink.SettingOf(N'', N'CertificateWarnDays'));
SELECT * INTO #Line FROM milink.LineRow;
INSERT #Line (Ordinal, Text)
SELECT CertificateId, CertificateName + N' ends in ' + CONVERT(nvarchar(11), DATEDIFF(DAY, @Now, ExpiresAt)) + N' days'
FROM milink.LocalCertificate
WHERE ExpiresAt < DATEADD(DAY, @Days, @Now)
    AND (CertificateName IN (SELECT CertificateName FROM milink.LocalEndpoint) OR CertificateName LIKE N'%.database.%' OR CertificateName IN (N'MicrosoftPKI', N'DigiCertPKI'));
EXEC milink.JoinLines N'; ', @Text OUTPUT;
IF @Text = N'' RETURN;
SET @Message = LEFT(N'milink: certificates: ' + @Text, 2000);
EXEC milink.RaiseAlert 50732, @Message;
GO
