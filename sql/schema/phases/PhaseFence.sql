-- SPDX-License-Identifier: MIT
-- FENCE: keeps the applications off the databases on SQL Server. A database of an availability group cannot be made read-only, so it is
-- logins that are disabled, those that are enabled now, and enabled again when the run is undone or released. Where the instance is
-- primary, SQL Server cannot fence it: hooks can, and PROVE will not pass while somebody writes.
CREATE OR ALTER PROCEDURE milink.PhaseFence
    @RunId int
AS
SET NOCOUNT ON;
DECLARE @Direction varchar(11), @Fence nvarchar(4000) = milink.OptionOf(@RunId, N'Fence'), @Login nvarchar(128) = N'', @Type nvarchar(60),
    @Statement nvarchar(max), @UndoText nvarchar(max);
SELECT @Direction = Direction FROM milink.Run WHERE RunId = @RunId;
IF @Direction = 'ToSqlServer'
BEGIN
    EXEC milink.Note @RunId, N'nothing to fence on SQL Server: the instance is primary; the applications there are stopped by you or by hooks';
    RETURN;
END;
IF @Fence = N'None'
BEGIN
    EXEC milink.Note @RunId, N'no fence was asked for: the applications are stopped by you; PROVE waits until they are';
    RETURN;
END;
IF @Fence = N'Sessions'
BEGIN
    EXEC milink.Note @RunId, N'sessions in the databases are ended; logins stay enabled';
    RETURN;
END;
WHILE 1 = 1
BEGIN
    SELECT TOP (1) @Login = l.LoginName, @Type = l.Type
    FROM milink.LocalLogin AS l
    JOIN milink.SplitList(@Fence) AS f ON f.Item = l.LoginName
    WHERE l.IsDisabled = 0 AND l.LoginName > @Login
    ORDER BY l.LoginName;
    IF @@ROWCOUNT = 0 RETURN;
    -- A group (of Windows, of Entra) cannot be disabled; it is denied the connection.
    SELECT
        @Statement = CASE WHEN @Type LIKE N'%[_]GROUP' THEN N'DENY CONNECT SQL TO ' + QUOTENAME(@Login) + N';'
            ELSE N'ALTER LOGIN ' + QUOTENAME(@Login) + N' DISABLE;' END,
        @UndoText = CASE WHEN @Type LIKE N'%[_]GROUP' THEN N'GRANT CONNECT SQL TO ' + QUOTENAME(@Login) + N';'
            ELSE N'ALTER LOGIN ' + QUOTENAME(@Login) + N' ENABLE;' END;
    EXEC milink.Act @RunId, @Statement, @UndoText;
END;
GO
