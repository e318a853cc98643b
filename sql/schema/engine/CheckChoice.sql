-- SPDX-License-Identifier: MIT
-- Adds a line to @Problems when a parameter is none of the allowed words (A|B|C). Compared as this server compares texts: what passes
-- here is equal to its word wherever it is asked for later. @MayBeNull = 1: NULL will do.
CREATE OR ALTER PROCEDURE milink.CheckChoice
    @Parameter nvarchar(128),
    @Value nvarchar(400),
    @Allowed nvarchar(400),
    @MayBeNull bit,
    @Problems nvarchar(max) OUTPUT
AS
SET NOCOUNT ON;
IF @Value IS NULL AND @MayBeNull = 1 RETURN;
IF CHARINDEX(N'|' + @Value + N'|', N'|' + @Allowed + N'|') > 0 AND CHARINDEX(N'|', @Value) = 0 RETURN;
SET @Problems += @Parameter + N' is ' + ISNULL(N'''' + @Value + N'''', N'NULL') + N'; allowed: ' + REPLACE(@Allowed, N'|', N', ') + N'.' + NCHAR(10);
GO
