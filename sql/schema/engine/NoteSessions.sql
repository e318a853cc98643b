-- SPDX-License-Identifier: MIT
-- Notes who is in the databases when they should be at rest: whoever was not fenced (members of a group that was denied the connection stay until they
-- are ended) and may write, so that a run that waits for LSNs to stand still says whom it may be waiting for.
CREATE OR ALTER PROCEDURE milink.NoteSessions
    @RunId int
AS
SET NOCOUNT ON;
DECLARE @Who nvarchar(max);
SELECT * INTO #Line FROM milink.LineRow;
INSERT #Line (Ordinal, Text)
SELECT TOP (20) ROW_NUMBER() OVER (ORDER BY s.SessionId, s.DatabaseName), s.LoginName + ISNULL(N' on ' + s.HostName, N'') + N' in ' + s.DatabaseName + N' (session ' + CONVERT(nvarchar(11), s.SessionId) + N')'
FROM milink.Run AS r
JOIN milink.LocalLinkDatabase AS d ON d.Link = r.Link
JOIN milink.LocalSession AS s ON s.DatabaseName = d.DatabaseName
WHERE r.RunId = @RunId AND r.Direction = 'ToAzure' AND r.State = 'Running' AND s.SessionId <> @@SPID
ORDER BY s.SessionId, s.DatabaseName;
EXEC milink.JoinLines N'; ', @Who OUTPUT;
IF @Who = N'' RETURN;
SET @Who = N'still in the databases: ' + @Who;
EXEC milink.Note @RunId, @Who;
GO
