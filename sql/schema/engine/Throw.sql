-- SPDX-License-Identifier: MIT
-- Ends a procedure with one of milink.Error: what it is about, the cause, the particulars, the next action.
CREATE OR ALTER PROCEDURE milink.Throw
    @Number int,
    @Subject nvarchar(400) = NULL,
    @Detail nvarchar(1600) = NULL
AS
SET NOCOUNT ON;
DECLARE @Message nvarchar(2048);
SELECT @Message = LEFT(N'milink: ' + ISNULL(@Subject + N': ', N'') + Cause
    + CASE WHEN @Detail <> N'' THEN N': ' + @Detail ELSE N'' END
    + CASE WHEN @Detail LIKE N'%[.!?]' THEN N' ' ELSE N'. ' END + NextAction, 2048)
FROM milink.Error
WHERE Number = @Number;
SET @Message = REPLACE(@Message, N'%', N'%%'); -- THROW reads a % as the beginning of a format
THROW @Number, @Message, 1;
GO
