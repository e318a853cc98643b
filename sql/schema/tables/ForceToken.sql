-- SPDX-License-Identifier: MIT
-- Tokens that milink.ForceFailover has printed beside what would be lost: good for one link, one direction, one use, a short time.
IF OBJECT_ID(N'milink.ForceToken', N'U') IS NULL
    CREATE TABLE milink.ForceToken
    (
        Token char(8) NOT NULL CONSTRAINT PK_ForceToken PRIMARY KEY,
        Link nvarchar(128) NOT NULL,
        Direction varchar(11) NOT NULL,
        IssuedTo nvarchar(256) NOT NULL CONSTRAINT DF_ForceToken_IssuedTo DEFAULT ORIGINAL_LOGIN(),
        IssuedAt datetime2(3) NOT NULL,
        ExpiresAt datetime2(3) NOT NULL,
        Loss nvarchar(2048) NOT NULL,          -- what it said would be lost
        ApprovedBy nvarchar(256) NULL,         -- the second approver, where the settings ask for one
        ApprovedAt datetime2(3) NULL,
        RunId int NULL                         -- the run that used it
    );
GO
