-- SPDX-License-Identifier: MIT
-- OFFLINE: after a cutover both copies are writable, and a write to the old one is lost for the new. The old databases are taken offline where no group
-- holds them any more; the logins that FENCE disabled stay so. The statements that open both again are noted.
CREATE OR ALTER PROCEDURE milink.PhaseOffline
    @RunId int
AS
SET NOCOUNT ON;
DECLARE @Database nvarchar(128) = N'', @Statement nvarchar(max), @Line nvarchar(max), @Feed nchar(1) = NCHAR(10);
WHILE milink.OptionOf(@RunId, N'OldDatabase') = N'Offline'
BEGIN
    SELECT TOP (1) @Database = d.DatabaseName
    FROM milink.LocalDatabase AS d
    WHERE d.DatabaseName > @Database AND d.State = N'ONLINE'
        AND EXISTS (SELECT 1 FROM milink.LsnSample AS s WHERE s.RunId = @RunId AND s.DatabaseName = d.DatabaseName)
    ORDER BY d.DatabaseName;
    IF @@ROWCOUNT = 0 BREAK;
    SET @Statement = N'ALTER DATABASE ' + QUOTENAME(@Database) + N' SET OFFLINE WITH ROLLBACK IMMEDIATE;';
    EXEC milink.Act @RunId, @Statement;
END;
SELECT * INTO #Line FROM milink.LineRow;
INSERT #Line (Ordinal, Text)
SELECT ROW_NUMBER() OVER (ORDER BY DatabaseName), N'    ALTER DATABASE ' + QUOTENAME(DatabaseName) + N' SET ONLINE;'
FROM (SELECT DISTINCT DatabaseName FROM milink.LsnSample WHERE RunId = @RunId) AS d
WHERE milink.OptionOf(@RunId, N'OldDatabase') = N'Offline';
INSERT #Line (Ordinal, Text)
SELECT 1000000 + StepId, N'    ' + UndoText FROM milink.RunStep WHERE RunId = @RunId AND Phase = 'FENCE' AND UndoText IS NOT NULL;
EXEC milink.JoinLines @Feed, @Line OUTPUT;
SET @Line = CASE @Line WHEN N'' THEN N'nothing keeps anybody from writing to the old databases, as asked: what is written there is not on the instance'
    ELSE N'the old databases are closed; what opens them again, for reading what is old:' + @Feed + @Line END;
EXEC milink.Note @RunId, @Line;
GO
