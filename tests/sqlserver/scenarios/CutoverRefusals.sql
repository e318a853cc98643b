-- SPDX-License-Identifier: MIT
-- milink.Cutover: what it refuses before it has touched anything.
CREATE PROCEDURE milinktest.Untouched
AS
SET NOCOUNT ON;
DECLARE @Text nvarchar(max);
EXEC milinktest.CutWorld N'link 1, dag 1, group 1, offline 0, lost 0, Passive';
SET @Text = milinktest.Statements();
EXEC milinktest.Equal N'', @Text, N'statements';
SELECT @Text = CONVERT(nvarchar(11), COUNT(*)) FROM milinktest.Operation;
EXEC milinktest.Equal N'0', @Text, N'operations';
GO
CREATE PROCEDURE milinktest.[test cutover without its words is refused and prints them]
AS
SET NOCOUNT ON;
EXEC milinktest.Throws N'EXEC milink.Cutover @Fence = N''app_web'';', 50701, N'%no way back from it; pass @Confirm = N''ONE WAY sales-link''.%';
EXEC milinktest.Throws N'EXEC milink.Cutover @Fence = N''app_web'', @Confirm = N''ONE WAY hr-link'';', 50701, N'%pass @Confirm = N''ONE WAY sales-link''.%';
EXEC milinktest.Throws N'EXEC milink.Cutover @Fence = N''app_web'', @Confirm = N''yes'';', 50701, N'%pass @Confirm = N''ONE WAY sales-link''.%';
EXEC milinktest.Untouched;
GO
CREATE PROCEDURE milinktest.[test cutover collects what is wrong with parameters]
AS
SET NOCOUNT ON;
DECLARE @Text nvarchar(max);
EXEC milinktest.Throws N'EXEC milink.Cutover @CleanUp = ''DROP'', @OldDatabase = ''Burnt'', @ExpectedPrimary = ''Azure'', @Execute = ''X'', @TimeoutSeconds = 5, @StableSamples = 1, @Fence = N''nobody'';',
    50701, N'%@CleanUp is ''DROP''; allowed: DROP_ALL, DROP_DAG, KEEP_BOTH.%@OldDatabase is ''Burnt''; allowed: Offline, LoginsOnly.%@ExpectedPrimary is ''Azure''; allowed: SqlServer.%@Execute is ''X''%@TimeoutSeconds is 5; allowed: 30 to 3600.%@StableSamples is 1; allowed: 2 to 60.%[[]nobody]%';
SELECT @Text = CONVERT(nvarchar(11), COUNT(*)) FROM milink.Run;
EXEC milinktest.Equal N'0', @Text, N'runs';
EXEC milinktest.Untouched;
GO
CREATE PROCEDURE milinktest.[test cutover takes a choice to its last letter]
AS
SET NOCOUNT ON;
EXEC milinktest.Throws N'EXEC milink.Cutover @Fence = N''app_web'', @Confirm = N''ONE WAY sales-link'', @CleanUp = ''KEEP_BOTH_'';', 50701, N'%@CleanUp is ''KEEP_BOTH_''%';
EXEC milinktest.Throws N'EXEC milink.Cutover @Fence = N''app_web'', @Confirm = N''ONE WAY sales-link'', @CleanUp = ''DROP_DAG|DROP_ALL'';', 50701, N'%@CleanUp is ''DROP_DAG|DROP_ALL''%';
EXEC milinktest.Throws N'EXEC milink.Cutover @Fence = N''app_web'', @Confirm = N''ONE WAY sales-link'', @CleanUp = NULL;', 50701, N'%@CleanUp is NULL%';
EXEC milinktest.Untouched;
GO
CREATE PROCEDURE milinktest.[test cutover refuses to close a database that a group holds]
AS
SET NOCOUNT ON;
EXEC milinktest.Throws N'EXEC milink.Cutover @Fence = N''app_web'', @Confirm = N''ONE WAY sales-link'', @CleanUp = ''DROP_DAG'', @OldDatabase = ''Offline'';', 50701,
    N'%@OldDatabase is ''Offline'', which needs @CleanUp = ''DROP_ALL''%';
EXEC milinktest.Untouched;
GO
CREATE PROCEDURE milinktest.[test cutover refuses a fence that lets writers back in]
AS
SET NOCOUNT ON;
EXEC milinktest.Throws N'EXEC milink.Cutover @Confirm = N''ONE WAY sales-link'';', 50701, N'%@Fence is ''Sessions'', which keeps nobody from coming back%';
EXEC milinktest.Untouched;
GO
CREATE PROCEDURE milinktest.[test cutover refuses from a secondary]
AS
SET NOCOUNT ON;
EXEC milinktest.SetAzurePrimary;
EXEC milinktest.Throws N'EXEC milink.Cutover @Confirm = N''ONE WAY sales-link'', @Fence = N''None'';', 50706, N'%goes from SQL Server to Azure, and SQL Server is SECONDARY%';
EXEC milinktest.World_ N'sales-link', N'SECONDARY Primary, failovers 0, lost 0, Active';
GO
CREATE PROCEDURE milinktest.[test cutover refuses when the roles changed after its checks]
AS
SET NOCOUNT ON;
INSERT milink.Hook (Phase, Moment, ProcedureName) VALUES ('LOCK', 'Before', N'milinktest.MakeSplit');
EXEC milinktest.Throws N'EXEC milink.Cutover @Confirm = N''ONE WAY sales-link'', @Fence = N''app_web'';', 50725;
DECLARE @Text nvarchar(max) = milinktest.Statements();
EXEC milinktest.Equal N'', @Text, N'statements';
GO
CREATE PROCEDURE milinktest.MakeSplit
    @RunId int, @Kind varchar(20), @Link nvarchar(128), @Direction varchar(11), @Phase varchar(10), @Moment varchar(6)
AS
SET NOCOUNT ON;
UPDATE milinktest.Link SET InstanceRole = N'Primary' WHERE Link = @Link;
GO
CREATE PROCEDURE milinktest.[test cutover refuses when switched off]
AS
SET NOCOUNT ON;
EXEC milink.Configure @Name = N'Enabled', @Value = N'N';
EXEC milinktest.Throws N'EXEC milink.Cutover @Confirm = N''ONE WAY sales-link'', @Fence = N''app_web'';', 50703;
EXEC milinktest.Untouched;
GO
CREATE PROCEDURE milinktest.[test cutover refuses in a transaction]
AS
SET NOCOUNT ON;
DECLARE @Number int;
BEGIN TRANSACTION;
BEGIN TRY
    EXEC milink.Cutover @Confirm = N'ONE WAY sales-link', @Fence = N'app_web';
END TRY
BEGIN CATCH
    SET @Number = ERROR_NUMBER();
END CATCH;
IF @@TRANCOUNT > 0 ROLLBACK;
EXEC milinktest.Equal N'50702', @Number, N'error';
EXEC milinktest.Untouched;
GO
CREATE PROCEDURE milinktest.[test cutover refuses a link that is not well]
AS
SET NOCOUNT ON;
UPDATE milinktest.Link SET Connected = N'DISCONNECTED';
EXEC milinktest.Throws N'EXEC milink.Cutover @Confirm = N''ONE WAY sales-link'', @Fence = N''app_web'';', 50708, N'%[[]303] sales: connected_state is DISCONNECTED%';
EXEC milinktest.Untouched;
GO
