-- SPDX-License-Identifier: MIT
-- What tests say.
CREATE PROCEDURE milinktest.Fail
    @What nvarchar(2000)
AS
SET NOCOUNT ON;
DECLARE @Text nvarchar(2000) = REPLACE(@What, N'%', N'%%');
THROW 59999, @Text, 1;
GO
CREATE PROCEDURE milinktest.Equal
    @Expected nvarchar(max),
    @Actual nvarchar(max),
    @What nvarchar(400)
AS
SET NOCOUNT ON;
DECLARE @Text nvarchar(2000);
IF @Expected = @Actual OR @Expected IS NULL AND @Actual IS NULL RETURN;
SET @Text = LEFT(@What + N': expected ' + ISNULL(N'''' + @Expected + N'''', N'NULL') + N', is ' + ISNULL(N'''' + @Actual + N'''', N'NULL'), 2000);
EXEC milinktest.Fail @Text;
GO
CREATE PROCEDURE milinktest.Like_
    @Pattern nvarchar(max),
    @Actual nvarchar(max),
    @What nvarchar(400)
AS
SET NOCOUNT ON;
DECLARE @Text nvarchar(2000);
IF @Actual LIKE @Pattern RETURN;
SET @Text = LEFT(@What + N': expected to be like ''' + @Pattern + N''', is ' + ISNULL(N'''' + @Actual + N'''', N'NULL'), 2000);
EXEC milinktest.Fail @Text;
GO
-- A statement fails with this error.
CREATE PROCEDURE milinktest.Throws
    @Statement nvarchar(max),
    @Number int,
    @Pattern nvarchar(2000) = N'%'
AS
SET NOCOUNT ON;
DECLARE @Is int, @Message nvarchar(2048), @Text nvarchar(2000);
BEGIN TRY
    EXEC (@Statement);
END TRY
BEGIN CATCH
    SELECT @Is = ERROR_NUMBER(), @Message = ERROR_MESSAGE();
END CATCH;
IF @Is IS NULL
BEGIN
    SET @Text = LEFT(N'no error, but expected ' + CONVERT(nvarchar(11), @Number) + N': ' + @Statement, 2000);
    EXEC milinktest.Fail @Text;
END;
IF @Is = 59999 EXEC milinktest.Fail @Message;
IF @Is <> @Number
BEGIN
    SET @Text = LEFT(N'expected error ' + CONVERT(nvarchar(11), @Number) + N', is ' + CONVERT(nvarchar(11), @Is) + N': ' + @Message, 2000);
    EXEC milinktest.Fail @Text;
END;
EXEC milinktest.Like_ @Pattern, @Message, N'the message';
GO
-- What was executed, in order, one a line.
CREATE FUNCTION milinktest.Statements()
RETURNS nvarchar(max)
AS
BEGIN
    DECLARE @Text nvarchar(max) = N'', @At int;
    SELECT @At = MIN(ExecutedId) FROM milinktest.Executed;
    WHILE @At IS NOT NULL
    BEGIN
        SET @Text = @Text + (SELECT Statement FROM milinktest.Executed WHERE ExecutedId = @At) + N' ';
        SELECT @At = MIN(ExecutedId) FROM milinktest.Executed WHERE ExecutedId > @At;
    END;
    RETURN @Text;
END;
GO
-- How often an Xp procedure was called.
CREATE FUNCTION milinktest.Calls(@Name nvarchar(64))
RETURNS int
AS
BEGIN
    RETURN (SELECT COUNT(*) FROM milinktest.Called WHERE Name = @Name);
END;
GO
-- The roles, failovers, lost log and licence of a link in one line.
CREATE PROCEDURE milinktest.World_
    @Link nvarchar(128),
    @Expected nvarchar(400)
AS
SET NOCOUNT ON;
DECLARE @Is nvarchar(400);
SELECT @Is = LocalRole + N' ' + InstanceRole + N', failovers ' + CONVERT(nvarchar(11), Failovers) + N', lost ' + CONVERT(nvarchar(30), LostLog) + N', '
    + (SELECT Usage FROM milinktest.License)
FROM milinktest.Link
WHERE Link = @Link;
EXEC milinktest.Equal @Expected, @Is, N'the world';
GO
-- This session does not hold the lock of a link.
CREATE PROCEDURE milinktest.LockIsFree
    @Link nvarchar(128)
AS
SET NOCOUNT ON;
DECLARE @Mode nvarchar(32) = APPLOCK_MODE(N'public', N'milink.' + @Link, 'Session');
EXEC milinktest.Equal N'NoLock', @Mode, N'the lock';
GO
