-- SPDX-License-Identifier: MIT
-- Joins the texts of the caller's #Line (milink.LineRow) into one, parted by @Separator, and empties it. N'' when there are none.
CREATE OR ALTER PROCEDURE milink.JoinLines
    @Separator nvarchar(20),
    @Text nvarchar(max) OUTPUT
AS
SET NOCOUNT ON;
DECLARE @Ordinal bigint = -1, @One nvarchar(max), @Joined nvarchar(max);
WHILE 1 = 1
BEGIN
    SELECT TOP (1) @Ordinal = Ordinal, @One = Text FROM #Line WHERE Ordinal > @Ordinal ORDER BY Ordinal;
    IF @@ROWCOUNT = 0 BREAK;
    SET @Joined = ISNULL(@Joined + @Separator, N'') + @One;
END;
DELETE #Line;
SET @Text = ISNULL(@Joined, N'');
GO
