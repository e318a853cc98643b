-- SPDX-License-Identifier: MIT
CREATE OR ALTER PROCEDURE milink.Help
/*
What there is to call, and what each procedure takes.

Without a name: a row per procedure. With one: its purpose, parameters and examples, printed from its own text.

Examples
  EXEC milink.Help;
  EXEC milink.Help N'Switchover';
*/
    @Name nvarchar(128) = NULL,           -- a procedure, with or without its schema; NULL: all
    @Help bit = 0,
    @Debug bit = 0,                       -- 1: print where the text was found
    @Version nvarchar(32) = NULL OUTPUT,
    @VersionCheckMode bit = 0
AS
SET NOCOUNT ON;
SET XACT_ABORT ON;
DECLARE @Text nvarchar(max), @Begin int, @End int, @Line nvarchar(max), @List nvarchar(max) = N'', @Found nvarchar(128), @Detail nvarchar(1600);
SET @Version = milink.Version();
IF @VersionCheckMode = 1 RETURN 0;
IF @Help = 1 SET @Name = N'Help';
IF NULLIF(@Name, N'') IS NULL
BEGIN
    SELECT N'milink.' + name AS Name, milink.HelpSummary(name) AS Purpose
    FROM sys.procedures
    WHERE schema_id = SCHEMA_ID(N'milink') AND milink.HelpSummary(name) IS NOT NULL
    ORDER BY name;
    RETURN 0;
END;
SET @Name = PARSENAME(@Name, 1);
SELECT @Found = name
FROM sys.procedures
WHERE schema_id = SCHEMA_ID(N'milink') AND LOWER(name) = LOWER(@Name) AND milink.HelpSummary(name) IS NOT NULL;
IF @Found IS NULL
BEGIN
    SELECT * INTO #Line FROM milink.LineRow;
    INSERT #Line (Ordinal, Text)
    SELECT ROW_NUMBER() OVER (ORDER BY name), name
    FROM sys.procedures
    WHERE schema_id = SCHEMA_ID(N'milink') AND milink.HelpSummary(name) IS NOT NULL;
    EXEC milink.JoinLines N', ', @List OUTPUT;
    SET @Detail = LEFT(N'@Name is ''' + ISNULL(@Name, N'') + N'''; there are: ' + @List, 1600);
    EXEC milink.Throw 50701, N'Help', @Detail;
END;
SET @Text = milink.ModuleText(@Found);
IF @Debug = 1
BEGIN
    SET @Line = N'text of milink.' + @Found + N', characters: ' + CONVERT(nvarchar(11), LEN(@Text));
    EXEC milink.Say @Line;
END;
SET @Begin = CHARINDEX(NCHAR(10) + N'/*' + NCHAR(10), @Text) + 4;
SET @End = CHARINDEX(NCHAR(10) + N'*/' + NCHAR(10), @Text, @Begin);
SET @Line = N'milink.' + @Found + NCHAR(10) + NCHAR(10) + SUBSTRING(@Text, @Begin, @End - @Begin) + NCHAR(10) + NCHAR(10) + N'Parameters';
EXEC milink.Say @Line;
SET @Begin = @End + 4;
SET @End = CHARINDEX(NCHAR(10) + N'AS' + NCHAR(10), @Text, @Begin);
SET @Line = SUBSTRING(@Text, @Begin, @End - @Begin);
EXEC milink.Say @Line;
RETURN 0;
GO
