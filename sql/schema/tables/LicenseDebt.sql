-- SPDX-License-Identifier: MIT
-- A licence change that a role change calls for and that has not been made: tried again until it is. It never undoes the role change.
IF OBJECT_ID(N'milink.LicenseDebt', N'U') IS NULL
    CREATE TABLE milink.LicenseDebt
    (
        DebtId int IDENTITY(1, 1) NOT NULL CONSTRAINT PK_LicenseDebt PRIMARY KEY,
        Instance nvarchar(64) NULL,
        RunId int NULL,                        -- the run that caused it
        HybridSecondaryUsage varchar(10) NOT NULL,
        LicenseType varchar(20) NULL,
        RequestId nvarchar(36) NOT NULL,       -- of the try that is open; a new one after each that failed
        CreatedAt datetime2(3) NOT NULL,
        NextTryAt datetime2(3) NOT NULL,
        Tries int NOT NULL CONSTRAINT DF_LicenseDebt_Tries DEFAULT 0,
        LastError nvarchar(2048) NULL,
        SettledAt datetime2(3) NULL
    );
GO
