-- SPDX-License-Identifier: MIT
-- Throws unless a token is good: for this link and direction, for this login, not spent, not too old, approved where that is asked for.
CREATE OR ALTER PROCEDURE milink.CheckToken
    @Token char(8),
    @Link nvarchar(128),
    @Direction varchar(11)
AS
SET NOCOUNT ON;
DECLARE @Wrong nvarchar(400) = N'no such token was given', @ApprovedBy nvarchar(256);
SELECT @ApprovedBy = ApprovedBy, @Wrong = CASE
        WHEN Link <> @Link THEN N'it is for the link ' + Link
        WHEN Direction <> @Direction THEN N'it is for the direction ' + Direction
        WHEN IssuedTo <> ORIGINAL_LOGIN() THEN N'it was given to ' + IssuedTo
        WHEN RunId IS NOT NULL THEN N'it was spent by run ' + CONVERT(nvarchar(11), RunId)
        WHEN ExpiresAt <= milink.UtcNow() THEN N'it ended ' + milink.Span(DATEDIFF(SECOND, ExpiresAt, milink.UtcNow())) + N' ago' END
FROM milink.ForceToken
WHERE Token = @Token;
IF @Wrong IS NOT NULL EXEC milink.Throw 50723, @Link, @Wrong;
IF milink.SettingOf(@Link, N'ForceApprover') = N'Y' AND @ApprovedBy IS NULL EXEC milink.Throw 50724, @Link;
GO
