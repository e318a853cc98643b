-- SPDX-License-Identifier: MIT
-- Throws 50704: another session has the link's lock. Says which run it is at, who began it, and where.
CREATE OR ALTER PROCEDURE milink.ThrowBusy
    @Link nvarchar(128)
AS
SET NOCOUNT ON;
DECLARE @Detail nvarchar(1600);
SELECT TOP (1) @Detail = N'run ' + CONVERT(nvarchar(11), RunId) + N' (' + Kind + N' at ' + Phase + N') in session ' + CONVERT(nvarchar(11), SessionId)
    + N' of ' + StartedBy + ISNULL(N' on ' + HostName, N'')
FROM milink.Run
WHERE Link = @Link AND State = 'Running'
ORDER BY RunId DESC;
EXEC milink.Throw 50704, @Link, @Detail;
GO
