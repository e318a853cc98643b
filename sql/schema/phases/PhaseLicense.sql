-- SPDX-License-Identifier: MIT
-- LICENSE: the hybrid failover benefit follows the role: Active once the instance serves, Passive when it only waits for every link that it has. The
-- role change stands whatever happens here: what could not be done is a debt (milink.LicenseDebt), tried again until it is done.
CREATE OR ALTER PROCEDURE milink.PhaseLicense
    @RunId int
AS
SET NOCOUNT ON;
SET XACT_ABORT OFF;
DECLARE @Instance nvarchar(64), @Link nvarchar(128), @Direction varchar(11), @Usage nvarchar(16), @LicenseType nvarchar(32), @Shown bit, @Failed nvarchar(1600);
SELECT @Instance = Instance, @Link = Link, @Direction = Direction, @Shown = CASE State WHEN 'Shown' THEN 1 ELSE 0 END FROM milink.Run WHERE RunId = @RunId;
IF milink.SettingOf(@Link, N'License') = N'Manual'
BEGIN
    EXEC milink.Note @RunId, N'the setting License is Manual: nothing is changed; see milink.License';
    RETURN;
END;
EXEC milink.LicenseWanted @Instance, @Link, @Direction, @Usage OUTPUT, @LicenseType OUTPUT, @Failed OUTPUT;
IF @Failed IS NULL AND @Usage IS NULL AND @LicenseType IS NULL
BEGIN
    EXEC milink.Note @RunId, N'the licence is as the role wants it';
    UPDATE milink.RunStep SET State = 'Done', EndedAt = milink.UtcNow() WHERE RunId = @RunId AND Phase = 'LICENSE' AND Kind = 'Request' AND State = 'Running';
    RETURN;
END;
IF @Failed IS NULL EXEC milink.AskLicense @RunId, @Usage, @LicenseType, @Failed OUTPUT;
IF @Failed IS NULL OR @Shown = 1 RETURN;
-- The role is what the debt is judged by when it is settled; what is wanted is worked out again then.
IF NOT EXISTS (SELECT 1 FROM milink.LicenseDebt WHERE RunId = @RunId)
    INSERT milink.LicenseDebt (Instance, RunId, HybridSecondaryUsage, LicenseType, RequestId, CreatedAt, NextTryAt, LastError)
    VALUES (@Instance, @RunId, CASE @Direction WHEN 'ToAzure' THEN 'Active' ELSE 'Passive' END, @LicenseType,
        LOWER(CONVERT(nvarchar(36), NEWID())), milink.UtcNow(), DATEADD(MINUTE, 1, milink.UtcNow()), @Failed);
EXEC milink.RunOwe @RunId, N'licence', @Failed;
GO
