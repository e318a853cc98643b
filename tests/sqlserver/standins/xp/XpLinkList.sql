-- SPDX-License-Identifier: MIT
CREATE OR ALTER PROCEDURE milink.XpLinkList
    @Instance nvarchar(64) = NULL,
    @TimeoutSeconds int = NULL
AS
SET NOCOUNT ON;
EXEC milinktest.Call N'XpLinkList', @Instance;
INSERT #XpLinkList (link, database_name, instance_role)
SELECT l.Link, d.DatabaseName, milinktest.AzureRole(l.Link)
FROM milinktest.Link AS l
JOIN milinktest.LinkDatabase AS d ON d.Link = l.Link
WHERE l.IsAzure = 1;
EXEC milinktest.Meet N'XpLinkList', 1;
GO
