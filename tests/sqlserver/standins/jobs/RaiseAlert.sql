-- SPDX-License-Identifier: MIT
CREATE OR ALTER PROCEDURE milink.RaiseAlert
    @Number int,
    @Text nvarchar(2000)
AS
SET NOCOUNT ON;
INSERT milinktest.Aside (Name, Value) VALUES (N'raised', CONVERT(nvarchar(11), @Number) + N' ' + @Text);
GO
