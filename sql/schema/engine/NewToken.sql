-- SPDX-License-Identifier: MIT
-- A token that a person reads from one window and types into another: eight letters and digits, none that looks like another.
CREATE OR ALTER PROCEDURE milink.NewToken
    @Token char(8) OUTPUT
AS
SET NOCOUNT ON;
DECLARE @Random varbinary(8) = (SELECT Bytes FROM milink.Random), @At int = 1, @Text varchar(8) = '',
    @Letters varchar(31) = 'ABCDEFGHJKMNPQRSTUVWXYZ23456789';
WHILE @At <= 8
BEGIN
    SET @Text += SUBSTRING(@Letters, CONVERT(int, SUBSTRING(@Random, @At, 1)) % 31 + 1, 1);
    SET @At += 1;
END;
SET @Token = @Text;
GO
