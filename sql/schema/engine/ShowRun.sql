-- SPDX-License-Identifier: MIT
-- Prints what a run was asked for and by whom, for @Debug = 1.
CREATE OR ALTER PROCEDURE milink.ShowRun
    @RunId int
AS
SET NOCOUNT ON;
DECLARE @Text nvarchar(max), @Options nvarchar(max), @Feed nchar(1) = NCHAR(10);
SELECT * INTO #Line FROM milink.LineRow;
SELECT @Text = N'run ' + CONVERT(nvarchar(11), RunId) + N': ' + Kind + N' of ' + Link + N', ' + Direction + N', instance '
    + ISNULL(Instance, N'(the only one)') + N', until ' + CONVERT(nvarchar(30), DeadlineAt, 121) + N' UTC, by ' + StartedBy
FROM milink.Run
WHERE RunId = @RunId;
INSERT #Line (Ordinal, Text)
SELECT ROW_NUMBER() OVER (ORDER BY Name), N'    ' + Name + N' = ' + Value FROM milink.RunOption WHERE RunId = @RunId;
EXEC milink.JoinLines @Feed, @Options OUTPUT;
SET @Text += @Feed + @Options;
EXEC milink.Say @Text;
GO
