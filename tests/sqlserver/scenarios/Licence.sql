-- SPDX-License-Identifier: MIT
-- milink.License, debts, jobs.
CREATE PROCEDURE milinktest.[test licence is shown, and set to what the role wants]
AS
SET NOCOUNT ON;
DECLARE @rc int, @Text nvarchar(400);
EXEC @rc = milink.License;
EXEC milinktest.Equal N'0', @rc, N'return code';
UPDATE milinktest.License SET Usage = N'Active';
EXEC @rc = milink.License;
EXEC milinktest.Equal N'1', @rc, N'return code: the benefit is unused';
EXEC milink.License @Set = 'Auto', @Execute = 'N';
SELECT @Text = Usage FROM milinktest.License;
EXEC milinktest.Equal N'Active', @Text, N'usage after it was shown';
EXEC milink.License @Set = 'Auto', @Reason = N'test';
SELECT @Text = Usage FROM milinktest.License;
EXEC milinktest.Equal N'Passive', @Text, N'usage';
EXEC milink.License @LicenseType = N'LicenseIncluded';
SELECT @Text = Usage + N' ' + LicenseType FROM milinktest.License;
EXEC milinktest.Equal N'Passive LicenseIncluded', @Text, N'usage and type';
GO
CREATE PROCEDURE milinktest.[test licence: passive is refused while it serves]
AS
SET NOCOUNT ON;
EXEC milinktest.SetAzurePrimary;
EXEC milinktest.Throws N'EXEC milink.License @Set = ''Passive'';', 50567, N'%not for an instance that serves%';
GO
CREATE PROCEDURE milinktest.[test licence stays active while another link serves]
AS
SET NOCOUNT ON;
DECLARE @Text nvarchar(400);
EXEC milinktest.AddLink N'hr-link', N'hr';
EXEC milinktest.SetAzurePrimary;
EXEC milink.Switchover @Link = N'sales-link';
SELECT @Text = Usage FROM milinktest.License;
EXEC milinktest.Equal N'Active', @Text, N'usage: hr-link is served by the instance';
GO
CREATE PROCEDURE milinktest.[test licence is left alone where the setting is manual]
AS
SET NOCOUNT ON;
EXEC milink.Configure @Link = N'sales-link', @Name = N'License', @Value = N'Manual';
EXEC milink.Switchover @Fence = N'app_web';
EXEC milinktest.World_ N'sales-link', N'SECONDARY Primary, failovers 1, lost 0, Passive';
GO
CREATE PROCEDURE milinktest.[test licence type follows the settings]
AS
SET NOCOUNT ON;
DECLARE @Text nvarchar(400);
EXEC milink.Configure @Link = N'sales-link', @Name = N'LicenseTypeActive', @Value = N'LicenseIncluded';
EXEC milink.Switchover @Fence = N'app_web';
SELECT @Text = Usage + N' ' + LicenseType FROM milinktest.License;
EXEC milinktest.Equal N'Active LicenseIncluded', @Text, N'usage and type';
GO
CREATE PROCEDURE milinktest.[test licence debt that the role has overtaken is settled]
AS
SET NOCOUNT ON;
DECLARE @Text nvarchar(400);
INSERT milink.LicenseDebt (HybridSecondaryUsage, RequestId, CreatedAt, NextTryAt) VALUES ('Active', N'r', '20261126 02:00:00', '20261126 02:30:00');
EXEC milink.License @Settle = 'Y';
SELECT @Text = CASE WHEN SettledAt IS NOT NULL THEN N'settled' END + N' ' + CONVERT(nvarchar(11), milinktest.Calls(N'XpLicenseSet')) FROM milink.LicenseDebt;
EXEC milinktest.Equal N'settled 0', @Text, N'debt, requests';
GO
CREATE PROCEDURE milinktest.[test jobs are made, disabled but the one at start]
AS
SET NOCOUNT ON;
DECLARE @Text nvarchar(400);
EXEC milink.CreateJobs;
SELECT @Text = CONVERT(nvarchar(11), COUNT(*)) + N' ' + CONVERT(nvarchar(11), SUM(CASE WHEN Value LIKE N'1 %' THEN 1 ELSE 0 END)) FROM milinktest.Aside WHERE Name LIKE N'milink - %';
EXEC milinktest.Equal N'5 1', @Text, N'jobs, enabled';
SELECT @Text = CONVERT(nvarchar(11), COUNT(*)) FROM milinktest.Aside WHERE Name = N'alert';
EXEC milinktest.Equal N'6', @Text, N'alerts';
EXEC milinktest.Throws N'EXEC milink.CreateJobs @Operator = N''nobody'';', 50701, N'%@Operator is ''nobody''%';
GO
CREATE PROCEDURE milinktest.[test jobs raise what is wrong, and nothing when all is well]
AS
SET NOCOUNT ON;
DECLARE @Text nvarchar(400);
EXEC milink.WatchLinks;
EXEC milink.WatchLicenses;
EXEC milink.WatchCertificates;
EXEC milink.ResumeAtStart;
SELECT @Text = CONVERT(nvarchar(11), COUNT(*)) FROM milinktest.Aside;
EXEC milinktest.Equal N'0', @Text, N'raised while all is well';
UPDATE milinktest.Link SET Connected = N'DISCONNECTED';
EXEC milink.WatchLinks;
SELECT @Text = Value FROM milinktest.Aside WHERE Name = N'raised';
EXEC milinktest.Like_ N'50731 milink: links that are not well: sales-link sales: DISCONNECTED%', @Text, N'raised for the link';
DELETE milinktest.Aside;
UPDATE milinktest.License SET Usage = N'Active';
EXEC milink.WatchLicenses;
SELECT @Text = Value FROM milinktest.Aside WHERE Name = N'raised';
EXEC milinktest.Like_ N'50728 milink: licence: sales-link: BENEFIT_UNUSED%', @Text, N'raised for the licence';
GO
