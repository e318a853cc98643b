-- SPDX-License-Identifier: MIT
CREATE OR ALTER PROCEDURE milink.AddMessages
AS
SET NOCOUNT ON;
INSERT milinktest.Aside (Name, Value) SELECT N'messages', CONVERT(nvarchar(11), COUNT(*)) FROM milink.Error;
GO
