-- SPDX-License-Identifier: MIT
-- LOCK: the lock is held since the run began; here the roles are read from both sides once more, after the checks, and compared with
-- what the run was asked for. Whoever changed them in between wins.
CREATE OR ALTER PROCEDURE milink.PhaseLock
    @RunId int
AS
SET NOCOUNT ON;
DECLARE @Kind varchar(20), @Instance nvarchar(64), @Link nvarchar(128), @Direction varchar(11), @LocalRole nvarchar(60),
    @InstanceRole nvarchar(60), @Expected nvarchar(60), @Detail nvarchar(1600), @Since int, @Rest int;
SELECT @Kind = Kind, @Instance = Instance, @Link = Link, @Direction = Direction FROM milink.Run WHERE RunId = @RunId;
IF @Kind = 'ForceFailover' RETURN; -- one side may be gone: what is known of the roles was shown with the token
SELECT * INTO #LinkNow FROM milink.LinkNowRow;
EXEC milink.ReadLink @Instance, @Link;
SELECT TOP (1) @LocalRole = LocalRole, @InstanceRole = InstanceRole FROM #LinkNow ORDER BY InstanceRole DESC;
IF @LocalRole = N'PRIMARY' AND @InstanceRole = N'Primary' EXEC milink.Throw 50725, @Link;
SET @Expected = CASE @Direction WHEN 'ToAzure' THEN N'PRIMARY' ELSE N'SECONDARY' END;
IF @LocalRole <> @Expected OR @LocalRole IS NULL
    OR @InstanceRole <> CASE @Direction WHEN 'ToAzure' THEN N'Secondary' ELSE N'Primary' END OR @InstanceRole IS NULL
BEGIN
    SET @Detail = N'SQL Server is ' + ISNULL(@LocalRole, N'in no known role') + N', the instance is '
        + ISNULL(@InstanceRole, N'in no known role');
    EXEC milink.Throw 50706, @Link, @Detail;
END;
SET @Rest = CONVERT(int, milink.SettingOf(@Link, N'AntiFlapSeconds'));
SELECT @Since = DATEDIFF(SECOND, MAX(EndedAt), milink.UtcNow())
FROM milink.Run
WHERE Link = @Link AND State IN ('Succeeded', 'Incomplete') AND RunId <> @RunId;
IF @Since < @Rest AND ISNULL(milink.OptionOf(@RunId, N'IgnoreAntiFlap'), N'N') = N'N'
BEGIN
    SET @Detail = milink.Span(@Since) + N' ago, and it rests ' + milink.Span(@Rest);
    EXEC milink.Throw 50707, @Link, @Detail;
END;
GO
