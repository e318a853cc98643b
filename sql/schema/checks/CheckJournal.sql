-- SPDX-License-Identifier: MIT
-- 111 to 113: what the schema itself knows. @RunId: the run that asks, which is not in its own way; nor is the one whose hook asks, since
-- from there a run can only be shown.
CREATE OR ALTER PROCEDURE milink.CheckJournal
    @Link nvarchar(128),
    @RunId int
AS
SET NOCOUNT ON;
DECLARE @Here bit, @Since int, @Rest int = CONVERT(int, milink.SettingOf(@Link, N'AntiFlapSeconds'));
EXEC milink.DrivenHere @Link, @Here OUTPUT;
INSERT #Check (CheckId, Severity, Subject, Evidence, Fix)
SELECT 111, 'BLOCKED', N'run ' + CONVERT(nvarchar(11), RunId), Kind + N' stands at ' + Phase + N', ' + State,
    N'EXEC milink.Resume @RunId = ' + CONVERT(nvarchar(11), RunId) + N'; -- or milink.Abort'
FROM milink.Run
WHERE Link = @Link AND (State = 'Open' OR State = 'Running' AND @Here = 0) AND RunId <> ISNULL(@RunId, 0);
IF milink.SettingOf(@Link, N'Enabled') = N'N'
    INSERT #Check (CheckId, Severity, Evidence, Fix)
    VALUES (112, 'BLOCKED', N'the setting Enabled is N', N'EXEC milink.Configure @Name = N''Enabled'', @Value = N''Y'';');
SELECT @Since = DATEDIFF(SECOND, MAX(EndedAt), milink.UtcNow())
FROM milink.Run
WHERE Link = @Link AND State IN ('Succeeded', 'Incomplete');
-- A warning here: the run itself refuses, unless it was told to ignore it.
IF @Since < @Rest
    INSERT #Check (CheckId, Severity, Evidence, Fix)
    VALUES (113, 'WARN', N'it changed ' + milink.Span(@Since) + N' ago, and rests ' + milink.Span(@Rest), N'-- Wait, or pass @IgnoreAntiFlap = ''Y''.');
GO
