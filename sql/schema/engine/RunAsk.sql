-- SPDX-License-Identifier: MIT
-- Writes down one thing that a run was asked for (milink.OptionOf reads it). NULL is not written.
CREATE OR ALTER PROCEDURE milink.RunAsk
    @RunId int,
    @Name nvarchar(60),
    @Value nvarchar(4000)
AS
SET NOCOUNT ON;
IF @Value IS NULL RETURN;
DELETE milink.RunOption WHERE RunId = @RunId AND Name = @Name;
INSERT milink.RunOption (RunId, Name, Value) VALUES (@RunId, @Name, @Value);
GO
