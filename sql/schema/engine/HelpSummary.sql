-- SPDX-License-Identifier: MIT
-- The first line of the comment that a procedure which users call has after its name; NULL: the procedure is not for them.
CREATE OR ALTER FUNCTION milink.HelpSummary(@Name nvarchar(128))
RETURNS nvarchar(400)
AS
BEGIN
    DECLARE @Text nvarchar(max) = milink.ModuleText(@Name), @At int;
    SET @At = CHARINDEX(NCHAR(10) + N'/*' + NCHAR(10), @Text);
    IF ISNULL(@At, 0) = 0 RETURN NULL;
    SET @Text = SUBSTRING(@Text, @At + 4, 400);
    RETURN LEFT(@Text, CHARINDEX(NCHAR(10), @Text + NCHAR(10)) - 1);
END;
GO
