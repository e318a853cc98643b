-- SPDX-License-Identifier: MIT
-- The token of a forced failover: good for one link, one direction, one login, one use, a short time; and the second person.
CREATE PROCEDURE milinktest.ForceWith
    @Token char(8),
    @Direction varchar(11) = NULL
AS
SET NOCOUNT ON;
EXEC milink.ForceFailover @Link = N'sales-link', @Token = @Token, @Direction = @Direction, @Reason = N'INC-77';
GO
CREATE PROCEDURE milinktest.RefusedToken
    @Token char(8),
    @Number int,
    @Pattern nvarchar(400)
AS
SET NOCOUNT ON;
DECLARE @Statement nvarchar(400) = N'EXEC milinktest.ForceWith ''' + @Token + N''';';
EXEC milinktest.Throws @Statement, @Number, @Pattern;
EXEC milinktest.NotForced;
GO
CREATE PROCEDURE milinktest.[test token: eight letters and digits that look like no other]
AS
SET NOCOUNT ON;
DECLARE @Token char(8), @At int = 0, @All nvarchar(max) = N'';
CREATE TABLE #Token (Token char(8) NOT NULL);
WHILE @At < 60
BEGIN
    EXEC milink.NewToken @Token OUTPUT;
    INSERT #Token (Token) VALUES (@Token);
    SELECT @All = @All + @Token, @At = @At + 1;
END;
IF EXISTS (SELECT 1 FROM #Token WHERE Token LIKE '%[^A-Z2-9]%' OR Token LIKE '%[ILO]%' OR LEN(Token) <> 8)
    EXEC milinktest.Fail @All;
SELECT @At = COUNT(DISTINCT Token) FROM #Token;
EXEC milinktest.Equal N'60', @At, N'tokens, each another';
GO
CREATE PROCEDURE milinktest.[test token: one that was never given]
AS
SET NOCOUNT ON;
EXEC milinktest.Sever;
EXEC milinktest.RefusedToken 'ABCDEFGH', 50723, N'%no such token was given%Call without @Token%';
GO
CREATE PROCEDURE milinktest.[test token: for another link]
AS
SET NOCOUNT ON;
DECLARE @Token char(8);
EXEC milinktest.AddLink N'hr-link', N'hr';
EXEC milinktest.Sever;
EXEC milink.ForceFailover @Link = N'hr-link';
SELECT @Token = Token FROM milink.ForceToken;
EXEC milinktest.RefusedToken @Token, 50723, N'%it is for the link hr-link%';
GO
CREATE PROCEDURE milinktest.[test token: for the other direction]
AS
SET NOCOUNT ON;
DECLARE @Token char(8);
EXEC milinktest.Sever;
EXEC milink.ForceFailover;
SELECT @Token = Token FROM milink.ForceToken;
EXEC milinktest.SeverAzure;
EXEC milinktest.RefusedToken @Token, 50723, N'%it is for the direction ToAzure%';
GO
CREATE PROCEDURE milinktest.[test token: given to somebody else]
AS
SET NOCOUNT ON;
DECLARE @Token char(8);
EXEC milinktest.Sever;
EXEC milink.ForceFailover;
UPDATE milink.ForceToken SET IssuedTo = N'CONTOSO\ann';
SELECT @Token = Token FROM milink.ForceToken;
EXEC milinktest.RefusedToken @Token, 50723, N'%it was given to CONTOSO\ann%';
GO
CREATE PROCEDURE milinktest.[test token: too old, to the second]
AS
SET NOCOUNT ON;
DECLARE @Token char(8);
EXEC milinktest.Sever;
EXEC milink.Configure @Name = N'ForceTokenSeconds', @Value = N'90';
EXEC milink.ForceFailover;
SELECT @Token = Token FROM milink.ForceToken;
EXEC milinktest.Tick 95;
EXEC milinktest.RefusedToken @Token, 50723, N'%it ended 0:05 ago%';
UPDATE milinktest.World SET Now = DATEADD(SECOND, -6, Now);
EXEC milinktest.ForceWith @Token;
EXEC milinktest.World_ N'sales-link', N'PRIMARY Primary, failovers 1, lost 70, Active';
GO
CREATE PROCEDURE milinktest.[test token: spent, also by a run that came back]
AS
SET NOCOUNT ON;
DECLARE @Token char(8), @Statement nvarchar(400);
EXEC milinktest.SeverAzure;
EXEC milink.ForceFailover;
SELECT @Token = Token FROM milink.ForceToken;
INSERT milinktest.Fault (Name, Nth, What, ErrorNumber, Message) VALUES (N'%FORCE%', 1, 'error', 51142, N'not now');
SET @Statement = N'EXEC milinktest.ForceWith ''' + @Token + N''';';
EXEC milinktest.Throws @Statement, 50713, N'%error 51142: not now%';
EXEC milinktest.Throws @Statement, 50723, N'%it was spent by run %';
EXEC milinktest.World_ N'sales-link', N'SECONDARY Primary, failovers 0, lost 0, Active';
GO
CREATE PROCEDURE milinktest.[test token: two sessions with one, the first has it]
AS
SET NOCOUNT ON;
DECLARE @Token char(8), @Statement nvarchar(400), @Text nvarchar(400);
EXEC milinktest.Sever;
EXEC milink.ForceFailover;
SELECT @Token = Token FROM milink.ForceToken;
EXEC (N'CREATE TRIGGER milink.TR_Test ON milink.Run AFTER INSERT AS UPDATE milink.ForceToken SET RunId = 0;');
SET @Statement = N'EXEC milinktest.ForceWith ''' + @Token + N''';';
EXEC milinktest.Throws @Statement, 50723, N'%spent meanwhile%';
EXEC (N'DROP TRIGGER milink.TR_Test;');
SELECT @Text = State FROM milink.Run;
EXEC milinktest.Equal N'Undone', @Text, N'the run that had it not';
EXEC milinktest.World_ N'sales-link', N'PRIMARY Secondary, failovers 0, lost 0, Passive';
GO
CREATE PROCEDURE milinktest.[test token: a second person has to approve]
AS
SET NOCOUNT ON;
DECLARE @Token char(8), @Statement nvarchar(400), @Text nvarchar(400);
EXEC milinktest.Sever;
EXEC milink.Configure @Link = N'sales-link', @Name = N'ForceApprover', @Value = N'Y';
EXEC milink.ForceFailover;
SELECT @Token = Token FROM milink.ForceToken;
EXEC milinktest.RefusedToken @Token, 50724, N'%a second person has to approve%@Approve%';
SET @Statement = N'EXEC milink.ForceFailover @Approve = ''' + @Token + N''';';
EXEC milinktest.Throws @Statement, 50724, N'%it was given to you%';
EXEC milinktest.RefusedToken @Token, 50724, N'%a second person has to approve%';
-- As if another had asked, this login approves.
UPDATE milink.ForceToken SET IssuedTo = N'CONTOSO\ann';
EXEC milink.ForceFailover @Approve = @Token;
SELECT @Text = CASE WHEN ApprovedBy = ORIGINAL_LOGIN() AND ApprovedAt IS NOT NULL THEN N'approved' END FROM milink.ForceToken;
EXEC milinktest.Equal N'approved', @Text, N'the token';
EXEC milinktest.NotForced;
UPDATE milink.ForceToken SET IssuedTo = ApprovedBy, ApprovedBy = N'CONTOSO\ann';
EXEC milinktest.ForceWith @Token;
EXEC milinktest.World_ N'sales-link', N'PRIMARY Primary, failovers 1, lost 70, Active';
GO
CREATE PROCEDURE milinktest.[test token: nothing to approve]
AS
SET NOCOUNT ON;
DECLARE @Statement nvarchar(400);
EXEC milinktest.Sever;
EXEC milinktest.Throws N'EXEC milink.ForceFailover @Approve = ''ABCDEFGH'';', 50723, N'%there is none to approve%';
EXEC milink.ForceFailover;
UPDATE milink.ForceToken SET IssuedTo = N'CONTOSO\ann';
SELECT @Statement = N'EXEC milink.ForceFailover @Approve = ''' + Token + N''';' FROM milink.ForceToken;
UPDATE milinktest.World SET Now = DATEADD(MINUTE, 10, Now);
EXEC milinktest.Throws @Statement, 50723, N'%there is none to approve%';
EXEC milinktest.NotForced;
GO
