-- SPDX-License-Identifier: MIT
-- Every installation of the schema on this server, in order. A change to a table that exists stands in the table's file, behind a look
-- whether it has been made.
IF OBJECT_ID(N'milink.SchemaVersion', N'U') IS NULL
    CREATE TABLE milink.SchemaVersion
    (
        InstallId int IDENTITY(1, 1) NOT NULL CONSTRAINT PK_SchemaVersion PRIMARY KEY,
        Version nvarchar(32) NOT NULL,
        InstalledAt datetime2(3) NOT NULL CONSTRAINT DF_SchemaVersion_InstalledAt DEFAULT SYSUTCDATETIME(),
        InstalledBy nvarchar(256) NOT NULL CONSTRAINT DF_SchemaVersion_InstalledBy DEFAULT ORIGINAL_LOGIN()
    );
GO
