-- SPDX-License-Identifier: MIT
-- What milink.Validate found, for trends and for the record of a run.
IF OBJECT_ID(N'milink.CheckResult', N'U') IS NULL
BEGIN
    CREATE TABLE milink.CheckResult
    (
        ResultId int IDENTITY(1, 1) NOT NULL CONSTRAINT PK_CheckResult PRIMARY KEY,
        RunId int NULL,
        CheckedAt datetime2(3) NOT NULL,
        Action varchar(12) NOT NULL,
        Link nvarchar(128) NOT NULL,
        CheckId int NOT NULL,
        Severity varchar(8) NOT NULL,          -- OK, INFO, WARN, BLOCKED
        Subject nvarchar(256) NULL,            -- the database, certificate, login… it is about
        Evidence nvarchar(2048) NULL
    );
    CREATE INDEX IX_CheckResult_RunId ON milink.CheckResult (RunId);
END;
GO
