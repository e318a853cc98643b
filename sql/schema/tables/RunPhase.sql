-- SPDX-License-Identifier: MIT
-- When each phase of a run began and ended: the seconds that milink.Report gives.
IF OBJECT_ID(N'milink.RunPhase', N'U') IS NULL
    CREATE TABLE milink.RunPhase
    (
        RunId int NOT NULL CONSTRAINT FK_RunPhase_Run REFERENCES milink.Run (RunId) ON DELETE CASCADE,
        Phase varchar(10) NOT NULL,
        StartedAt datetime2(3) NOT NULL,
        EndedAt datetime2(3) NULL,
        CONSTRAINT PK_RunPhase PRIMARY KEY (RunId, Phase)
    );
GO
