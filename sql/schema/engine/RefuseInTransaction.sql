-- SPDX-License-Identifier: MIT
-- Refuses where availability-group statements must not run: inside a transaction (INSERT ... EXEC opens one), or where one would begin.
CREATE OR ALTER PROCEDURE milink.RefuseInTransaction
    @Procedure nvarchar(128)
AS
SET NOCOUNT ON;
IF @@TRANCOUNT > 0 OR @@OPTIONS & 2 = 2 EXEC milink.Throw 50702, @Procedure;
GO
