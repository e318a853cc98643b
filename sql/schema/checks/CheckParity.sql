-- SPDX-License-Identifier: MIT
-- 951 to 953: what a link does not copy. The other side cannot be read from here: what has to be there is listed.
CREATE OR ALTER PROCEDURE milink.CheckParity
    @Link nvarchar(128)
AS
SET NOCOUNT ON;
INSERT #Check (CheckId, Severity, Subject, Evidence, Fix)
SELECT DISTINCT 951, 'INFO', s.LoginName, N'works in ' + s.DatabaseName + N' now; the same login (of the same SID) must be on the other side',
    N'SELECT name, sid FROM sys.server_principals WHERE name = ' + milink.Literal(s.LoginName) + N'; -- on both sides'
FROM milink.LocalSession AS s
JOIN milink.LocalLinkDatabase AS d ON d.Link = @Link AND d.DatabaseName = s.DatabaseName;
INSERT #Check (CheckId, Severity, Subject, Evidence, Fix)
SELECT DISTINCT 952, 'INFO', j.JobName, N'has a step in ' + j.DatabaseName + N'; it is ' + CASE j.IsEnabled WHEN 1 THEN N'enabled' ELSE N'disabled' END,
    N'-- The job must be on the other side, enabled where the primary is.'
FROM milink.LocalJob AS j
JOIN milink.LocalLinkDatabase AS d ON d.Link = @Link AND d.DatabaseName = j.DatabaseName;
INSERT #Check (CheckId, Severity, Subject, Evidence, Fix)
SELECT 953, 'INFO', ServerName, N'is a linked server here (' + ISNULL(Product, N'') + N')', N'-- What uses it needs it on the other side.'
FROM milink.LocalLinkedServer;
GO
