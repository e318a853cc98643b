-- SPDX-License-Identifier: MIT
-- What an administrator has set with milink.Configure; what is not here has its default (milink.SettingDefault).
IF OBJECT_ID(N'milink.Setting', N'U') IS NULL
    CREATE TABLE milink.Setting
    (
        Link nvarchar(128) NOT NULL, -- N'': for every link that has no value of its own
        Name nvarchar(60) NOT NULL,
        Value nvarchar(400) NOT NULL,
        ChangedAt datetime2(3) NOT NULL CONSTRAINT DF_Setting_ChangedAt DEFAULT SYSUTCDATETIME(),
        ChangedBy nvarchar(256) NOT NULL CONSTRAINT DF_Setting_ChangedBy DEFAULT ORIGINAL_LOGIN(),
        CONSTRAINT PK_Setting PRIMARY KEY (Link, Name)
    );
GO
