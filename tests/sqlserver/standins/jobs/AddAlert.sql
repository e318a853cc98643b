-- SPDX-License-Identifier: MIT
CREATE OR ALTER PROCEDURE milink.AddAlert
    @Number int,
    @Operator nvarchar(128),
    @Execute char(1)
AS
SET NOCOUNT ON;
INSERT milinktest.Aside (Name, Value) VALUES (N'alert', CONVERT(nvarchar(11), @Number) + N' ' + @Execute + ISNULL(N' ' + @Operator, N''));
GO
