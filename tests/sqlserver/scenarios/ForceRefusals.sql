-- SPDX-License-Identifier: MIT
-- milink.ForceFailover: what it refuses before it has touched anything.
CREATE PROCEDURE milinktest.NotForced
AS
SET NOCOUNT ON;
DECLARE @Text nvarchar(max) = milinktest.Statements();
EXEC milinktest.Equal N'', @Text, N'statements';
SELECT @Text = CONVERT(nvarchar(11), (SELECT COUNT(*) FROM milinktest.Operation)) + N' ' + CONVERT(nvarchar(11), (SELECT COUNT(*) FROM milink.Run));
EXEC milinktest.Equal N'0 0', @Text, N'operations and runs';
GO
CREATE PROCEDURE milinktest.[test force refuses while a planned failover would do]
AS
SET NOCOUNT ON;
DECLARE @Token char(8), @Text nvarchar(400);
EXEC milinktest.Throws N'EXEC milink.ForceFailover;', 50730, N'%sales-link%a planned failover loses nothing%milink.Switchover%@EvenIfHealthy%';
SELECT @Text = CONVERT(nvarchar(11), COUNT(*)) FROM milink.ForceToken;
EXEC milinktest.Equal N'0', @Text, N'tokens';
EXEC milink.ForceFailover @EvenIfHealthy = 'Y';
SELECT @Token = Token FROM milink.ForceToken;
SET @Text = N'EXEC milink.ForceFailover @Token = ''' + @Token + N''', @Reason = N''drill'';';
EXEC milinktest.Throws @Text, 50730;
EXEC milinktest.NotForced;
EXEC milink.ForceFailover @Token = @Token, @Reason = N'drill', @EvenIfHealthy = 'Y';
SELECT @Text = LocalRole + N' ' + InstanceRole FROM milinktest.Link;
EXEC milinktest.Equal N'SECONDARY Primary', @Text, N'roles';
GO
CREATE PROCEDURE milinktest.[test force collects what is wrong with parameters]
AS
SET NOCOUNT ON;
EXEC milinktest.Sever;
EXEC milinktest.Throws N'EXEC milink.ForceFailover @Direction = ''ToMoon'', @EvenIfHealthy = ''?'', @Execute = ''X'', @Token = ''ABCDEFGH'';', 50701,
    N'%@Direction is ''ToMoon''; allowed: ToAzure, ToSqlServer.%@EvenIfHealthy is ''?''%@Execute is ''X''%@Reason is missing%';
EXEC milinktest.NotForced;
GO
CREATE PROCEDURE milinktest.[test force needs a reason to act]
AS
SET NOCOUNT ON;
DECLARE @Token char(8), @Text nvarchar(400);
EXEC milinktest.Sever;
EXEC milink.ForceFailover;
SELECT @Token = Token FROM milink.ForceToken;
SET @Text = N'EXEC milink.ForceFailover @Token = ''' + @Token + N''';';
EXEC milinktest.Throws @Text, 50701, N'%@Reason is missing%';
SET @Text = N'EXEC milink.ForceFailover @Token = ''' + @Token + N''', @Reason = N'''';';
EXEC milinktest.Throws @Text, 50701, N'%@Reason is missing%';
EXEC milinktest.NotForced;
GO
CREATE PROCEDURE milinktest.[test force refuses to the side that is primary]
AS
SET NOCOUNT ON;
EXEC milinktest.Sever;
EXEC milinktest.Throws N'EXEC milink.ForceFailover @Direction = ''ToSqlServer'';', 50706, N'%SQL Server is primary already%';
EXEC milinktest.SeverAzure;
EXEC milinktest.Throws N'EXEC milink.ForceFailover @Direction = ''ToAzure'';', 50706, N'%the instance is primary already%';
EXEC milinktest.NotForced;
GO
CREATE PROCEDURE milinktest.[test force refuses two primaries, in both directions]
AS
SET NOCOUNT ON;
EXEC milinktest.Sever;
UPDATE milinktest.Link SET InstanceRole = N'Primary';
EXEC milinktest.Throws N'EXEC milink.ForceFailover;', 50725;
EXEC milinktest.Throws N'EXEC milink.ForceFailover @Direction = ''ToSqlServer'';', 50725;
EXEC milinktest.NotForced;
GO
CREATE PROCEDURE milinktest.[test force between two secondaries needs a direction]
AS
SET NOCOUNT ON;
EXEC milinktest.Sever;
UPDATE milinktest.Link SET LocalRole = N'SECONDARY';
EXEC milinktest.Throws N'EXEC milink.ForceFailover;', 50701, N'%neither side is primary: say ToAzure or ToSqlServer%';
EXEC milinktest.NotForced;
DECLARE @Token char(8);
EXEC milink.ForceFailover @Direction = 'ToSqlServer';
SELECT @Token = Token FROM milink.ForceToken;
EXEC milink.ForceFailover @Direction = 'ToSqlServer', @Token = @Token, @Reason = N'INC-77';
DECLARE @Text nvarchar(400);
SELECT @Text = LocalRole FROM milinktest.Link;
EXEC milinktest.Equal N'PRIMARY', @Text, N'SQL Server';
GO
CREATE PROCEDURE milinktest.[test force of an unknown role needs a direction]
AS
SET NOCOUNT ON;
EXEC milinktest.Sever;
UPDATE milinktest.Link SET LocalRole = NULL;
EXEC milinktest.Throws N'EXEC milink.ForceFailover;', 50701, N'%SQL Server''s role is not known: say ToAzure or ToSqlServer%';
EXEC milinktest.NotForced;
GO
CREATE PROCEDURE milinktest.[test force to sql server refuses before 2022 CU13]
AS
SET NOCOUNT ON;
EXEC milinktest.SeverAzure;
UPDATE milinktest.World SET Major = 16, Build = 4120;
EXEC milinktest.Throws N'EXEC milink.ForceFailover;', 50722, N'%2022 CU13 or later; restore a backup instead%';
UPDATE milinktest.World SET Major = 15, Build = 9999;
EXEC milinktest.Throws N'EXEC milink.ForceFailover;', 50722;
EXEC milinktest.NotForced;
GO
CREATE PROCEDURE milinktest.[test force refuses when switched off]
AS
SET NOCOUNT ON;
EXEC milinktest.Sever;
EXEC milink.Configure @Name = N'Enabled', @Value = N'N';
EXEC milinktest.Throws N'EXEC milinktest.ForceBoth;', 50703;
EXEC milinktest.NotForced;
GO
CREATE PROCEDURE milinktest.[test force refuses in a transaction]
AS
SET NOCOUNT ON;
DECLARE @Number int;
EXEC milinktest.Sever;
BEGIN TRANSACTION;
BEGIN TRY
    EXEC milink.ForceFailover;
END TRY
BEGIN CATCH
    SET @Number = ERROR_NUMBER();
END CATCH;
IF @@TRANCOUNT > 0 ROLLBACK;
EXEC milinktest.Equal N'50702', @Number, N'error';
EXEC milinktest.NotForced;
GO
