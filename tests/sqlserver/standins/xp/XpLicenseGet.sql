-- SPDX-License-Identifier: MIT
CREATE OR ALTER PROCEDURE milink.XpLicenseGet
    @Instance nvarchar(64) = NULL,
    @TimeoutSeconds int = NULL
AS
SET NOCOUNT ON;
DECLARE @Primary int, @Secondary int;
EXEC milinktest.Call N'XpLicenseGet', @Instance;
SELECT @Primary = ISNULL(SUM(CASE milinktest.AzureRole(Link) WHEN N'Primary' THEN 1 ELSE 0 END), 0),
    @Secondary = ISNULL(SUM(CASE milinktest.AzureRole(Link) WHEN N'Primary' THEN 0 ELSE 1 END), 0)
FROM milinktest.Link
WHERE IsAzure = 1;
INSERT #XpLicenseGet (license_type, hybrid_secondary_usage, hybrid_secondary_usage_detected, links_primary, links_secondary, state, verdict, verdict_text)
SELECT LicenseType, Usage, Detected, @Primary, @Secondary, N'Ready',
    CASE WHEN Usage = N'Passive' AND @Primary > 0 THEN N'PASSIVE_WHILE_PRIMARY' WHEN Usage = N'Passive' AND Detected = N'Active' THEN N'PASSIVE_NOT_ELIGIBLE'
        WHEN Usage = N'Active' AND @Primary = 0 AND Detected = N'Passive' THEN N'BENEFIT_UNUSED' ELSE N'OK' END, N'as the test has it'
FROM milinktest.License;
EXEC milinktest.Meet N'XpLicenseGet', 1;
GO
