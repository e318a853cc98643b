-- SPDX-License-Identifier: MIT
-- Adds the schema's errors to sys.messages, so that alerts can be made for them. Their text there is a %s: milink.RaiseAlert fills it.
CREATE OR ALTER PROCEDURE milink.AddMessages
AS
SET NOCOUNT ON;
DECLARE @Number int = 0;
WHILE 1 = 1
BEGIN
    SELECT TOP (1) @Number = Number FROM milink.Error WHERE Number > @Number ORDER BY Number;
    IF @@ROWCOUNT = 0 BREAK;
    EXEC sys.sp_addmessage @msgnum = @Number, @severity = 16, @lang = N'us_english', @with_log = 'true', @replace = 'replace', @msgtext = N'%s';
END;
GO
