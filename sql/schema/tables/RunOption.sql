-- SPDX-License-Identifier: MIT
-- What a run was asked for, parameter by parameter, so that another session can go on with it.
IF OBJECT_ID(N'milink.RunOption', N'U') IS NULL
    CREATE TABLE milink.RunOption
    (
        RunId int NOT NULL CONSTRAINT FK_RunOption_Run REFERENCES milink.Run (RunId) ON DELETE CASCADE,
        Name nvarchar(60) NOT NULL,
        Value nvarchar(4000) NOT NULL,
        CONSTRAINT PK_RunOption PRIMARY KEY (RunId, Name)
    );
GO
