-- SPDX-License-Identifier: MIT
-- Ends a procedure whose parameters are wrong, naming all that are: @Problems has a line for each. Nothing when it has none.
CREATE OR ALTER PROCEDURE milink.ThrowProblems
    @Procedure nvarchar(128),
    @Problems nvarchar(max)
AS
SET NOCOUNT ON;
DECLARE @Detail nvarchar(1600);
IF @Problems = N'' RETURN;
EXEC milink.Say @Problems;
SET @Detail = LEFT(REPLACE(LEFT(@Problems, LEN(@Problems) - 1), NCHAR(10), N' '), 1600);
EXEC milink.Throw 50701, @Procedure, @Detail;
GO
