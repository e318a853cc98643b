-- SPDX-License-Identifier: MIT
-- What milink.Switchover and milink.FailBack have in common: the parameters, the direction, the run.
CREATE OR ALTER PROCEDURE milink.SwitchPlanned
    @Kind varchar(20),
    @Link nvarchar(128),
    @ExpectedPrimary varchar(10),
    @Fence nvarchar(4000),
    @TimeoutSeconds int,
    @StableSamples int,
    @IgnoreAntiFlap char(1),
    @Reason nvarchar(400),
    @ChangeRef nvarchar(64),
    @Instance nvarchar(64),
    @Execute char(1),
    @Debug bit,
    @RunId int OUTPUT
AS
SET NOCOUNT ON;
SET XACT_ABORT ON;
DECLARE @Problems nvarchar(max) = N'', @Role nvarchar(60), @Direction varchar(11), @Value nvarchar(4000), @Detail nvarchar(1600);
SET @RunId = NULL;
EXEC milink.RefuseInTransaction @Kind;
EXEC milink.FindLink @Link OUTPUT, @Instance OUTPUT;
SELECT
    @Fence = COALESCE(NULLIF(@Fence, N''), milink.SettingOf(@Link, N'Fence')),
    @TimeoutSeconds = COALESCE(@TimeoutSeconds, CONVERT(int, milink.SettingOf(@Link, N'TimeoutSeconds'))),
    @StableSamples = COALESCE(@StableSamples, CONVERT(int, milink.SettingOf(@Link, N'StableSamples')));
EXEC milink.CheckChoice N'@ExpectedPrimary', @ExpectedPrimary, N'SqlServer|Azure', 1, @Problems OUTPUT;
EXEC milink.CheckChoice N'@IgnoreAntiFlap', @IgnoreAntiFlap, N'Y|N', 0, @Problems OUTPUT;
EXEC milink.CheckChoice N'@Execute', @Execute, N'Y|N', 0, @Problems OUTPUT;
EXEC milink.CheckNumber N'@TimeoutSeconds', @TimeoutSeconds, 30, 3600, @Problems OUTPUT;
EXEC milink.CheckNumber N'@StableSamples', @StableSamples, 2, 60, @Problems OUTPUT;
EXEC milink.CheckFence @Fence, @Problems OUTPUT;
EXEC milink.ThrowProblems @Kind, @Problems;
SELECT @Role = Role FROM milink.LocalLink WHERE Link = @Link;
IF @Role IS NULL OR @Role NOT IN (N'PRIMARY', N'SECONDARY')
BEGIN
    SET @Detail = N'SQL Server''s role is ' + ISNULL(@Role, N'not known');
    EXEC milink.Throw 50706, @Link, @Detail;
END;
SET @Direction = CASE @Role WHEN N'PRIMARY' THEN 'ToAzure' ELSE 'ToSqlServer' END;
IF @ExpectedPrimary <> CASE @Direction WHEN 'ToAzure' THEN 'SqlServer' ELSE 'Azure' END
BEGIN
    SET @Detail = N'expected ' + @ExpectedPrimary + N', and SQL Server is ' + @Role;
    EXEC milink.Throw 50706, @Link, @Detail;
END;
EXEC milink.RunBegin @Kind, @Instance, @Link, @Direction, @TimeoutSeconds, @Execute, @Reason, @ChangeRef, @RunId OUTPUT;
EXEC milink.RunAsk @RunId, N'Fence', @Fence;
SET @Value = CONVERT(nvarchar(11), @StableSamples);
EXEC milink.RunAsk @RunId, N'StableSamples', @Value;
SET @Value = milink.SettingOf(@Link, N'SampleSeconds');
EXEC milink.RunAsk @RunId, N'SampleSeconds', @Value;
EXEC milink.RunAsk @RunId, N'IgnoreAntiFlap', @IgnoreAntiFlap;
IF @Debug = 1 EXEC milink.ShowRun @RunId;
EXEC milink.RunDrive @RunId;
RETURN CASE (SELECT State FROM milink.Run WHERE RunId = @RunId) WHEN 'Incomplete' THEN 1 ELSE 0 END;
GO
