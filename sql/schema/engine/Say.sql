-- SPDX-License-Identifier: MIT
-- Prints a text at once, whatever is in it, in pieces that a message can hold.
CREATE OR ALTER PROCEDURE milink.Say
    @Text nvarchar(max)
AS
SET NOCOUNT ON;
DECLARE @Piece nvarchar(2000);
WHILE LEN(@Text) > 0
BEGIN
    SET @Piece = LEFT(@Text, 2000);
    RAISERROR (N'%s', 10, 1, @Piece) WITH NOWAIT;
    SET @Text = SUBSTRING(@Text, 2001, 2147483647);
END;
GO
