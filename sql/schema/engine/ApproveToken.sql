-- SPDX-License-Identifier: MIT
-- A second person approves a token of a forced failover, having seen what would be lost.
CREATE OR ALTER PROCEDURE milink.ApproveToken
    @Token char(8),
    @Link nvarchar(128)
AS
SET NOCOUNT ON;
DECLARE @IssuedTo nvarchar(256), @Loss nvarchar(2048), @Line nvarchar(max);
SELECT @IssuedTo = IssuedTo, @Loss = Loss FROM milink.ForceToken WHERE Token = @Token AND Link = @Link AND RunId IS NULL AND ExpiresAt > milink.UtcNow();
IF @IssuedTo IS NULL EXEC milink.Throw 50723, @Link, N'there is none to approve';
IF @IssuedTo = ORIGINAL_LOGIN() EXEC milink.Throw 50724, @Link, N'it was given to you';
UPDATE milink.ForceToken SET ApprovedBy = ORIGINAL_LOGIN(), ApprovedAt = milink.UtcNow() WHERE Token = @Token;
SET @Line = N'approved for ' + @IssuedTo + N'; would be lost: ' + @Loss;
EXEC milink.Say @Line;
GO
