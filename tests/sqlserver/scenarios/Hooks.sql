-- SPDX-License-Identifier: MIT
-- Hooks, two runs at once, and abort from another session.
CREATE PROCEDURE milinktest.HookNote
    @RunId int, @Kind varchar(20), @Link nvarchar(128), @Direction varchar(11), @Phase varchar(10), @Moment varchar(6)
AS
SET NOCOUNT ON;
INSERT milinktest.Aside (Name, Value) VALUES (@Moment + N' ' + @Phase, @Kind + N' ' + @Link + N' ' + @Direction);
GO
CREATE PROCEDURE milinktest.HookFail
    @RunId int, @Kind varchar(20), @Link nvarchar(128), @Direction varchar(11), @Phase varchar(10), @Moment varchar(6)
AS
SET NOCOUNT ON;
THROW 51234, N'the pager says no', 1;
GO
CREATE PROCEDURE milinktest.HookSlow
    @RunId int, @Kind varchar(20), @Link nvarchar(128), @Direction varchar(11), @Phase varchar(10), @Moment varchar(6)
AS
SET NOCOUNT ON;
EXEC milinktest.Tick 61;
GO
CREATE PROCEDURE milinktest.[test hooks are called around their phase, in order]
AS
SET NOCOUNT ON;
DECLARE @Text nvarchar(400);
INSERT milink.Hook (Phase, Moment, ProcedureName) VALUES ('DRAIN', 'Before', N'milinktest.HookNote');
INSERT milink.Hook (Phase, Moment, ProcedureName) VALUES ('REPOINT', 'After', N'milinktest.HookNote');
INSERT milink.Hook (Phase, Moment, ProcedureName, Link) VALUES ('DRAIN', 'Before', N'milinktest.HookNote', N'other-link');
EXEC milink.Switchover @Fence = N'app_web';
SELECT @Text = MIN(Name + N': ' + Value) + N'; ' + MAX(Name + N': ' + Value) + N'; ' + CONVERT(nvarchar(11), COUNT(*)) FROM milinktest.Aside;
EXEC milinktest.Equal N'After REPOINT: Switchover sales-link ToAzure; Before DRAIN: Switchover sales-link ToAzure; 2', @Text, N'calls';
GO
CREATE PROCEDURE milinktest.[test hook that fails before the point stops and undoes]
AS
SET NOCOUNT ON;
INSERT milink.Hook (Phase, Moment, ProcedureName) VALUES ('PROVE', 'After', N'milinktest.HookFail');
EXEC milinktest.Throws N'EXEC milink.Switchover @Fence = N''app_web'';', 50711, N'%milinktest.HookFail%the pager says no%';
EXEC milinktest.Undone 50711;
GO
CREATE PROCEDURE milinktest.[test hook that may fail does not stop]
AS
SET NOCOUNT ON;
DECLARE @rc int;
INSERT milink.Hook (Phase, Moment, ProcedureName, OnError) VALUES ('PROVE', 'After', N'milinktest.HookFail', 'Continue');
EXEC @rc = milink.Switchover @Fence = N'app_web';
EXEC milinktest.Equal N'0', @rc, N'return code';
EXEC milinktest.World_ N'sales-link', N'SECONDARY Primary, failovers 1, lost 0, Active';
GO
CREATE PROCEDURE milinktest.[test hook that fails after the point is owed]
AS
SET NOCOUNT ON;
DECLARE @rc int, @Text nvarchar(400);
INSERT milink.Hook (Phase, Moment, ProcedureName) VALUES ('REPOINT', 'After', N'milinktest.HookFail');
EXEC @rc = milink.Switchover @Fence = N'app_web';
EXEC milinktest.Equal N'1', @rc, N'return code';
SELECT @Text = State + N' ' + ErrorMessage FROM milink.Run;
EXEC milinktest.Equal N'Incomplete milinktest.HookFail: the pager says no', @Text, N'the run';
GO
CREATE PROCEDURE milinktest.[test hook that takes too long has failed]
AS
SET NOCOUNT ON;
INSERT milink.Hook (Phase, Moment, ProcedureName) VALUES ('FENCE', 'Before', N'milinktest.HookSlow');
EXEC milinktest.Throws N'EXEC milink.Switchover @Fence = N''app_web'';', 50711, N'%it took longer than its 60 s%';
EXEC milinktest.Undone 50711;
GO
CREATE PROCEDURE milinktest.HookAbort
    @RunId int, @Kind varchar(20), @Link nvarchar(128), @Direction varchar(11), @Phase varchar(10), @Moment varchar(6)
AS
SET NOCOUNT ON;
UPDATE milink.Run SET AbortAsked = 1 WHERE RunId = @RunId;
GO
CREATE PROCEDURE milinktest.[test abort that is asked meanwhile undoes]
AS
SET NOCOUNT ON;
INSERT milink.Hook (Phase, Moment, ProcedureName) VALUES ('DRAIN', 'Before', N'milinktest.HookAbort');
EXEC milinktest.Throws N'EXEC milink.Switchover @Fence = N''app_web'';', 50710, N'%sales-link%it was asked to stop%';
EXEC milinktest.Undone 50710;
GO
CREATE PROCEDURE milinktest.HookAwait
    @RunId int, @Kind varchar(20), @Link nvarchar(128), @Direction varchar(11), @Phase varchar(10), @Moment varchar(6)
AS
SET NOCOUNT ON;
DECLARE @Guard int = 0;
WHILE @Guard < 300000 AND NOT EXISTS (SELECT 1 FROM milinktest.Aside WHERE Name = N'second') SET @Guard = @Guard + 1;
GO
CREATE PROCEDURE milinktest.[beside two runs of a link: the second is refused]
AS
SET NOCOUNT ON;
DECLARE @Guard int = 0;
WHILE @Guard < 300000 AND NOT EXISTS (SELECT 1 FROM milink.Run WHERE Phase = 'DRAIN') SET @Guard = @Guard + 1;
BEGIN TRY
    EXEC milink.Switchover @Fence = N'app_web';
    INSERT milinktest.Aside (Name, Value) VALUES (N'second', N'it ran');
END TRY
BEGIN CATCH
    INSERT milinktest.Aside (Name, Value) VALUES (N'second', CONVERT(nvarchar(11), ERROR_NUMBER()));
END CATCH;
GO
CREATE PROCEDURE milinktest.[test two runs of a link: the second is refused]
AS
SET NOCOUNT ON;
DECLARE @Text nvarchar(400);
INSERT milink.Hook (Phase, Moment, ProcedureName, TimeoutSeconds) VALUES ('DRAIN', 'Before', N'milinktest.HookAwait', 3600);
EXEC milink.Switchover @Fence = N'app_web';
EXEC milinktest.World_ N'sales-link', N'SECONDARY Primary, failovers 1, lost 0, Active';
SELECT @Text = Value FROM milinktest.Aside WHERE Name = N'second';
EXEC milinktest.Equal N'50704', @Text, N'the second';
GO
CREATE PROCEDURE milinktest.[test abort close ends the record of a run by hand]
AS
SET NOCOUNT ON;
DECLARE @Text nvarchar(400);
UPDATE milinktest.World SET FailoverSeconds = 5000;
EXEC milinktest.Throws N'EXEC milink.Switchover @Fence = N''app_web'';', 50714;
EXEC milinktest.Throws N'EXEC milink.Abort @Close = ''Y'';', 50701, N'%@Reason is missing%';
EXEC milink.Abort @Close = 'Y', @Reason = N'done by hand';
SELECT @Text = State + N' ' + ErrorMessage FROM milink.Run;
EXEC milinktest.Like_ N'Closed closed by %: done by hand%', @Text, N'the run';
EXEC milinktest.Throws N'EXEC milink.Resume;', 50720;
GO
