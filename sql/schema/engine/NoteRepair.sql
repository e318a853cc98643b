-- SPDX-License-Identifier: MIT
-- Notes what a forced failover leaves to be done on the side that lost, in the order in which it must be done: the log or a backup first,
-- since what was not sent is there alone.
CREATE OR ALTER PROCEDURE milink.NoteRepair
    @RunId int
AS
SET NOCOUNT ON;
DECLARE @Instance nvarchar(64), @Link nvarchar(128), @Direction varchar(11), @Text nvarchar(max), @Backups nvarchar(max),
    @ByDeletion bit = CASE milink.OptionOf(@RunId, N'ByDeletion') WHEN N'Y' THEN 1 ELSE 0 END, @Feed nchar(1) = NCHAR(10);
SELECT @Instance = Instance, @Link = Link, @Direction = Direction FROM milink.Run WHERE RunId = @RunId;
SELECT * INTO #Line FROM milink.LineRow;
INSERT #Line (Ordinal, Text)
SELECT ROW_NUMBER() OVER (ORDER BY DatabaseName), CASE @Direction
        WHEN 'ToAzure' THEN N'    BACKUP LOG ' + QUOTENAME(DatabaseName) + N' TO DISK = ' + milink.Literal(DatabaseName + N'-tail.trn') + N' WITH CHECKSUM;'
        ELSE N'    BACKUP DATABASE ' + QUOTENAME(DatabaseName) + N' TO URL = N''...'' WITH COPY_ONLY, CHECKSUM; -- on the instance' END
FROM (SELECT DISTINCT DatabaseName FROM milink.LsnSample WHERE RunId = @RunId) AS d;
EXEC milink.JoinLines @Feed, @Backups OUTPUT;
SET @Text = CASE
    WHEN @ByDeletion = 1 THEN N'the link is gone, and the copy on this SQL Server is writable too: keep the applications off it. Then, here:' + @Feed
        + @Backups + @Feed + N'    DROP AVAILABILITY GROUP ' + QUOTENAME(@Link) + N';'
    WHEN @Direction = 'ToAzure' THEN N'this SQL Server still takes itself for primary, or will when it serves again: no application may connect to it. '
        + N'Then, here:' + @Feed + @Backups + @Feed + N'    ALTER AVAILABILITY GROUP ' + QUOTENAME(@Link) + N' SET (ROLE = SECONDARY);'
    ELSE N'the instance still takes itself for primary, or will when it serves again: no application may connect to it. Then:' + @Feed + @Backups + @Feed
        + N'    EXEC master.dbo.xp_milink_link_set_role ' + CASE WHEN @Instance <> N'' THEN N'@instance = ' + milink.Literal(@Instance) + N', ' ELSE N'' END + N'@link = '
        + milink.Literal(@Link) + N', @role = N''Secondary'', @change_type = N''Forced'', @confirm = ' + milink.Literal(N'LOSE DATA ON ' + @Link) + N';' END;
EXEC milink.Note @RunId, @Text;
GO
