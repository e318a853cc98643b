-- SPDX-License-Identifier: MIT
-- As the shipped one, for endpoints that cannot EXEC a name in a variable.
CREATE OR ALTER PROCEDURE milink.CallHook
    @Hook nvarchar(400),
    @RunId int,
    @Kind varchar(20),
    @Link nvarchar(128),
    @Direction varchar(11),
    @Phase varchar(10),
    @Moment varchar(6)
AS
SET NOCOUNT ON;
DECLARE @Statement nvarchar(max) = N'EXEC ' + @Hook + N' ' + CONVERT(nvarchar(11), @RunId) + N', ' + milink.Literal(@Kind) + N', ' + milink.Literal(@Link)
    + N', ' + milink.Literal(@Direction) + N', ' + milink.Literal(@Phase) + N', ' + milink.Literal(@Moment) + N';';
IF OBJECT_ID(@Hook) IS NULL THROW 52812, N'Could not find stored procedure.', 1; -- not every endpoint lets that be caught
EXEC (@Statement);
GO
