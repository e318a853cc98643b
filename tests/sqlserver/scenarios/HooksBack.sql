-- SPDX-License-Identifier: MIT
-- Hooks that call the schema back, and hooks that misbehave.
CREATE PROCEDURE milinktest.HookCalls
    @RunId int, @Kind varchar(20), @Link nvarchar(128), @Direction varchar(11), @Phase varchar(10), @Moment varchar(6)
AS
SET NOCOUNT ON;
DECLARE @Statement nvarchar(max) = (SELECT Value FROM milinktest.Aside WHERE Name = N'statement');
EXEC (@Statement);
GO
CREATE PROCEDURE milinktest.LetHookCall
    @Phase varchar(10),
    @Moment varchar(6),
    @Statement nvarchar(max)
AS
SET NOCOUNT ON;
INSERT milinktest.Aside (Name, Value) VALUES (N'statement', @Statement);
INSERT milink.Hook (Phase, Moment, ProcedureName) VALUES (@Phase, @Moment, N'milinktest.HookCalls');
GO
CREATE PROCEDURE milinktest.[test hook may abort its own run]
AS
SET NOCOUNT ON;
EXEC milinktest.LetHookCall 'PROVE', 'After', N'EXEC milink.Abort;';
EXEC milinktest.Throws N'EXEC milink.Switchover @Fence = N''app_web'';', 50710, N'%sales-link%it was asked to stop%';
EXEC milinktest.Undone 50710;
EXEC milinktest.LockIsFree N'sales-link';
GO
CREATE PROCEDURE milinktest.[test hook may abort its own run at the last moment]
AS
SET NOCOUNT ON;
EXEC milinktest.LetHookCall 'FAILOVER', 'Before', N'EXEC milink.Abort @Link = N''sales-link'';';
EXEC milinktest.Throws N'EXEC milink.Switchover @Fence = N''app_web'';', 50710, N'%in phase FAILOVER%';
EXEC milinktest.Undone 50710;
GO
CREATE PROCEDURE milinktest.[test hook that uses up the time stops the failover]
AS
SET NOCOUNT ON;
EXEC milinktest.LetHookCall 'FAILOVER', 'Before', N'EXEC milinktest.Tick 55;';
EXEC milinktest.Throws N'EXEC milink.Switchover @Fence = N''app_web'', @TimeoutSeconds = 60;', 50709, N'%in phase FAILOVER%';
EXEC milinktest.Undone 50709;
GO
CREATE PROCEDURE milinktest.[test hook that aborts too late is told, and the run goes on]
AS
SET NOCOUNT ON;
DECLARE @rc int, @Text nvarchar(max);
EXEC milinktest.LetHookCall 'VERIFY', 'Before', N'EXEC milink.Abort;';
EXEC @rc = milink.Switchover @Fence = N'app_web';
EXEC milinktest.Equal N'1', @rc, N'return code';
SELECT @Text = State + N' ' + CONVERT(nvarchar(1), AbortAsked) + N' ' + ErrorMessage FROM milink.Run;
EXEC milinktest.Like_ N'Incomplete 0 milinktest.HookCalls: milink: sales-link: it is past the point of no return%', @Text, N'the run';
EXEC milinktest.World_ N'sales-link', N'SECONDARY Primary, failovers 1, lost 0, Active';
GO
-- The lock is the session's: without more, the second run would get it too.
CREATE PROCEDURE milinktest.[test hook cannot begin a second run of the link]
AS
SET NOCOUNT ON;
EXEC milinktest.LetHookCall 'DRAIN', 'Before', N'EXEC milink.Switchover @Fence = N''None'';';
EXEC milinktest.Throws N'EXEC milink.Switchover @Fence = N''app_web'';', 50711, N'%HookCalls%another session is working on this link: run % (Switchover at DRAIN) in session %';
EXEC milinktest.Undone 50711;
GO
CREATE PROCEDURE milinktest.[test hook cannot resume or close its own run]
AS
SET NOCOUNT ON;
DECLARE @Text nvarchar(400);
EXEC milinktest.LetHookCall 'LICENSE', 'Before', N'EXEC milink.Resume;';
INSERT milinktest.Aside (Name, Value) VALUES (N'close', N'');
INSERT milink.Hook (Phase, Moment, ProcedureName) VALUES ('REPOINT', 'Before', N'milinktest.HookCloses');
EXEC milink.Switchover @Fence = N'app_web';
SELECT @Text = State + N' ' + CONVERT(nvarchar(11), (LEN(ErrorMessage) - LEN(REPLACE(ErrorMessage, N'another session is working on this link', N''))) / 39) FROM milink.Run;
EXEC milinktest.Equal N'Incomplete 2', @Text, N'the run, and how often a hook was refused';
EXEC milinktest.World_ N'sales-link', N'SECONDARY Primary, failovers 1, lost 0, Active';
GO
CREATE PROCEDURE milinktest.HookCloses
    @RunId int, @Kind varchar(20), @Link nvarchar(128), @Direction varchar(11), @Phase varchar(10), @Moment varchar(6)
AS
SET NOCOUNT ON;
EXEC milink.Abort @RunId = @RunId, @Close = 'Y', @Reason = N'test';
GO
CREATE PROCEDURE milinktest.[test hook may show a run, and the link stays locked]
AS
SET NOCOUNT ON;
DECLARE @Text nvarchar(400);
EXEC milinktest.LetHookCall 'DRAIN', 'Before', N'EXEC milink.Switchover @Fence = N''None'', @Execute = ''N''; INSERT milinktest.Aside (Name, Value) SELECT N''mode'', APPLOCK_MODE(N''public'', N''milink.sales-link'', ''Session'');';
EXEC milink.Switchover @Fence = N'app_web';
SELECT @Text = Value FROM milinktest.Aside WHERE Name = N'mode';
EXEC milinktest.Equal N'Exclusive', @Text, N'the lock in the hook, after the run that shows';
SELECT @Text = MIN(State) + N' ' + MAX(State) FROM milink.Run;
EXEC milinktest.Equal N'Shown Succeeded', @Text, N'the runs';
GO
CREATE PROCEDURE milinktest.[test hook after the report that fails makes the run incomplete]
AS
SET NOCOUNT ON;
DECLARE @rc int, @Text nvarchar(400);
INSERT milink.Hook (Phase, Moment, ProcedureName) VALUES ('REPORT', 'After', N'milinktest.HookFail');
EXEC @rc = milink.Switchover @Fence = N'app_web';
EXEC milinktest.Equal N'1', @rc, N'return code';
SELECT @Text = State + N' ' + ErrorMessage FROM milink.Run;
EXEC milinktest.Equal N'Incomplete milinktest.HookFail: the pager says no', @Text, N'the run';
GO
CREATE PROCEDURE milinktest.[test hook that leaves a transaction open has failed]
AS
SET NOCOUNT ON;
DECLARE @Text nvarchar(400);
EXEC milinktest.LetHookCall 'DRAIN', 'Before', N'BEGIN TRANSACTION; UPDATE milinktest.World SET Build = 1;';
EXEC milinktest.Throws N'EXEC milink.Switchover @Fence = N''app_web'';', 50711, N'%HookCalls%transaction%';
EXEC milinktest.Undone 50711;
SELECT @Text = CONVERT(nvarchar(11), Build) + N' ' + CONVERT(nvarchar(11), @@TRANCOUNT) FROM milinktest.World;
EXEC milinktest.Equal N'4195 0', @Text, N'what it did was rolled back; open transactions';
GO
CREATE PROCEDURE milinktest.[test hook that does not exist has failed]
AS
SET NOCOUNT ON;
INSERT milink.Hook (Phase, Moment, ProcedureName) VALUES ('DRAIN', 'Before', N'milinktest.NoSuchHook');
EXEC milinktest.Throws N'EXEC milink.Switchover @Fence = N''app_web'';', 50711, N'%milinktest.NoSuchHook%';
EXEC milinktest.Undone 50711;
GO
