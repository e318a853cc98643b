-- SPDX-License-Identifier: MIT
-- Logins of this SQL Server but for its own. One that is denied the connection counts as disabled, as a group can only be.
CREATE OR ALTER VIEW milink.LocalLogin
AS
SELECT
    p.name AS LoginName,
    p.sid AS Sid,
    p.type_desc AS Type,
    CAST(CASE WHEN p.is_disabled = 1 OR EXISTS (SELECT 1 FROM sys.server_permissions AS d
                                                WHERE d.grantee_principal_id = p.principal_id AND d.class = 100 AND d.type = 'COSQ' AND d.state = 'D')
        THEN 1 ELSE 0 END AS bit) AS IsDisabled
FROM sys.server_principals AS p
WHERE p.type IN ('S', 'U', 'G', 'E', 'X') AND p.name NOT LIKE N'##%' AND p.name NOT LIKE N'NT SERVICE\%' AND p.name NOT LIKE N'NT AUTHORITY\%';
GO
