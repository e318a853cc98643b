-- SPDX-License-Identifier: MIT
-- What the engine is made of, piece by piece.
CREATE PROCEDURE milinktest.Items
    @List nvarchar(4000),
    @Expected nvarchar(400)
AS
SET NOCOUNT ON;
DECLARE @Is nvarchar(max);
SELECT * INTO #Line FROM milink.LineRow;
INSERT #Line (Ordinal, Text) SELECT ROW_NUMBER() OVER (ORDER BY Item), N'<' + Item + N'>' FROM milink.SplitList(@List);
EXEC milink.JoinLines N'', @Is OUTPUT;
EXEC milinktest.Equal @Expected, @Is, @List;
DROP TABLE #Line;
GO
CREATE PROCEDURE milinktest.[test engine: a list is split at commas outside of brackets]
AS
SET NOCOUNT ON;
EXEC milinktest.Items N'b, a ,c', N'<a><b><c>';
EXEC milinktest.Items N' [a, b] ,c', N'<a, b><c>';
EXEC milinktest.Items N'[a]],b], c', N'<a],b><c>';
EXEC milinktest.Items N'a[1, b', N'<a[1><b>';
EXEC milinktest.Items N' , ,', N'';
EXEC milinktest.Items N'[a, b', N'<[a, b>';
EXEC milinktest.Items N'[CONTOSO\svc-batch]', N'<CONTOSO\svc-batch>';
GO
CREATE PROCEDURE milinktest.[test engine: a text becomes a literal, seconds a span]
AS
SET NOCOUNT ON;
DECLARE @Text nvarchar(400);
SET @Text = milink.Literal(N'O''Brien ''[x]''');
EXEC milinktest.Equal N'N''O''''Brien ''''[x]''''''', @Text, N'literal';
SET @Text = milink.Literal(NULL);
EXEC milinktest.Equal N'NULL', @Text, N'of NULL';
SET @Text = milink.Span(7) + N' ' + milink.Span(750) + N' ' + milink.Span(3723) + N' ' + milink.Span(-61) + N' ' + milink.Span(0);
EXEC milinktest.Equal N'0:07 12:30 1:02:03 -1:01 0:00', @Text, N'spans';
GO
CREATE PROCEDURE milinktest.[test engine: errors name subject, cause and next action]
AS
SET NOCOUNT ON;
DECLARE @Number int = 0;
EXEC milinktest.Throws N'EXEC milink.Throw 50705, N''sales-link'', N''run 7'';', 50705, N'milink: sales-link: an earlier run of this link is not at its end: run 7. Go on with milink.Resume, or take it back with milink.Abort.';
EXEC milinktest.Throws N'EXEC milink.Throw 50702;', 50702, N'milink: it cannot run inside a transaction%';
EXEC milinktest.Throws N'EXEC milink.Throw 50708, N''a'', N''it ends with a point.'';', 50708, N'milink: a: a check forbids it: it ends with a point. Mend %';
-- Each error of the view can be thrown, and says what to do.
WHILE 1 = 1
BEGIN
    SELECT TOP (1) @Number = Number FROM milink.Error WHERE Number > @Number ORDER BY Number;
    IF @@ROWCOUNT = 0 BREAK;
    DECLARE @Statement nvarchar(400) = N'EXEC milink.Throw ' + CONVERT(nvarchar(11), @Number) + N', N''subject'', N''detail'';';
    EXEC milinktest.Throws @Statement, @Number, N'milink: subject: %: detail. _%';
END;
GO
CREATE PROCEDURE milinktest.[test engine: a message with percent signs comes through]
AS
SET NOCOUNT ON;
INSERT milinktest.Fault (Name, Nth, What, ErrorNumber, Message) VALUES (N'KILL %', 1, 'error', 51234, N'the log is 100% full, %s of %d');
EXEC milinktest.Throws N'EXEC milink.Switchover @Fence = N''app_web'';', 51234, N'%100[%]% full%';
EXEC milinktest.Undone 51234;
GO
CREATE PROCEDURE milinktest.[test engine: the server's own errors keep their numbers]
AS
SET NOCOUNT ON;
DECLARE @Text nvarchar(400);
INSERT milinktest.Fault (Name, Nth, What) VALUES (N'KILL %', 1, 'native');
EXEC milinktest.Throws N'EXEC milink.Switchover @Fence = N''app_web'';', 50729, N'%sales-link%error 8134 in phase DRAIN: %';
EXEC milinktest.Undone 8134;
SELECT @Text = State + N' ' + CONVERT(nvarchar(11), ErrorNumber) FROM milink.RunStep WHERE Phase = 'DRAIN' AND Kind = 'Statement';
EXEC milinktest.Equal N'Failed 8134', @Text, N'the step';
GO
CREATE PROCEDURE milinktest.[test engine: to end a session that is gone is no error]
AS
SET NOCOUNT ON;
DECLARE @rc int;
INSERT milink.Hook (Phase, Moment, ProcedureName) VALUES ('DRAIN', 'Before', N'milinktest.LeaveByThemselves');
EXEC @rc = milink.Switchover @Fence = N'app_web';
EXEC milinktest.Equal N'0', @rc, N'return code';
EXEC milinktest.World_ N'sales-link', N'SECONDARY Primary, failovers 1, lost 0, Active';
GO
CREATE PROCEDURE milinktest.LeaveByThemselves
    @RunId int, @Kind varchar(20), @Link nvarchar(128), @Direction varchar(11), @Phase varchar(10), @Moment varchar(6)
AS
SET NOCOUNT ON;
UPDATE milinktest.AppSession SET IsGone = 1;
GO
-- What a batch leaves that was cancelled: no handler ran, and the session, which lives, has the lock still.
CREATE PROCEDURE milinktest.[test engine: after a cancelled batch its session goes on]
AS
SET NOCOUNT ON;
DECLARE @Taken bit, @Text nvarchar(400);
EXEC milink.TakeLock N'sales-link', @Taken OUTPUT;
SET @Text = CONVERT(nvarchar(1), @Taken);
EXEC milinktest.Equal N'1', @Text, N'taken';
INSERT milink.Run (Kind, State, Link, Direction, Phase, StartedAt, DeadlineAt) VALUES ('Switchover', 'Running', N'sales-link', 'ToAzure', 'FENCE', '20261126', '20261127');
INSERT milink.RunStep (RunId, Phase, Kind, Text, UndoText, State, StartedAt)
SELECT RunId, 'FENCE', 'Statement', N'ALTER LOGIN [app_web] DISABLE;', N'ALTER LOGIN [app_web] ENABLE;', 'Running', '20261126' FROM milink.Run;
UPDATE milinktest.Login SET IsDisabled = 1 WHERE LoginName = N'app_web';
EXEC milink.Resume;
EXEC milinktest.Undone 50710;
EXEC milinktest.LockIsFree N'sales-link';
GO
CREATE PROCEDURE milinktest.[test engine: no run, however it ends, leaves the lock]
AS
SET NOCOUNT ON;
EXEC milink.Switchover @Fence = N'app_web', @Execute = 'N';
EXEC milinktest.LockIsFree N'sales-link';
INSERT milinktest.Fault (Name, Nth, What, ErrorNumber) VALUES (N'KILL %', 1, 'error', 51234);
EXEC milinktest.Throws N'EXEC milink.Switchover @Fence = N''app_web'';', 51234;
EXEC milinktest.LockIsFree N'sales-link';
EXEC milinktest.Throws N'EXEC milink.Abort;', 50720, N'%this server%';
EXEC milinktest.LockIsFree N'sales-link';
EXEC milink.Switchover @Fence = N'app_web';
EXEC milinktest.LockIsFree N'sales-link';
GO
