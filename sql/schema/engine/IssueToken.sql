-- SPDX-License-Identifier: MIT
-- Makes a token for a forced failover, with what the caller's #Loss says would be lost, and prints it. @Options: what the call with the
-- token has to repeat.
CREATE OR ALTER PROCEDURE milink.IssueToken
    @Link nvarchar(128),
    @Direction varchar(11),
    @Options nvarchar(400),
    @Token char(8) OUTPUT
AS
SET NOCOUNT ON;
DECLARE @Loss nvarchar(2048), @Line nvarchar(max), @Seconds int = CONVERT(int, milink.SettingOf(@Link, N'ForceTokenSeconds'));
SELECT * INTO #Line FROM milink.LineRow;
INSERT #Line (Ordinal, Text)
SELECT ROW_NUMBER() OVER (ORDER BY DatabaseName), ISNULL(DatabaseName + N': ', N'')
    + ISNULL(CONVERT(nvarchar(11), SecondsLost) + N' s, ', N'seconds not known, ')
    + ISNULL(CONVERT(nvarchar(20), UnsentKb) + N' KB of log, ', N'size of the log not known, ') + Verdict
FROM #Loss;
EXEC milink.JoinLines N'; ', @Line OUTPUT;
SET @Loss = LEFT(@Line, 2048);
EXEC milink.NewToken @Token OUTPUT;
INSERT milink.ForceToken (Token, Link, Direction, IssuedAt, ExpiresAt, Loss)
VALUES (@Token, @Link, @Direction, milink.UtcNow(), DATEADD(SECOND, @Seconds, milink.UtcNow()), @Loss);
SET @Line = N'would be lost: ' + @Loss + NCHAR(10) + N'To do it, within ' + milink.Span(@Seconds) + N':' + NCHAR(10)
    + CASE milink.SettingOf(@Link, N'ForceApprover') WHEN N'Y'
        THEN N'another member of milink_admin: EXEC milink.ForceFailover @Link = ' + milink.Literal(@Link) + N', @Approve = ''' + @Token
            + N''';' + NCHAR(10) ELSE N'' END
    + N'EXEC milink.ForceFailover @Link = ' + milink.Literal(@Link) + N', @Direction = ''' + @Direction + N''', @Token = ''' + @Token
    + N'''' + @Options + N', @Reason = N''...'';';
EXEC milink.Say @Line;
GO
