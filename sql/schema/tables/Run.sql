-- SPDX-License-Identifier: MIT
-- A run: one use of a procedure that changes a link, from its start to its end, whatever happens to the session.
--   State: Running     a session works on it (it holds the link's application lock)
--          Open        nobody works on it and it is not at its end: milink.Resume or milink.Abort
--          Succeeded   all done
--          Incomplete  the role has changed as asked, and something is still owed (ErrorMessage says what)
--          Undone      ended before the point of no return, and everything was put back
--          Closed      ended by hand, by milink.Abort with @Close = 'Y'
--          Shown       @Execute = 'N': what would have been done, and nothing was
IF OBJECT_ID(N'milink.Run', N'U') IS NULL
    CREATE TABLE milink.Run
    (
        RunId int IDENTITY(1, 1) NOT NULL CONSTRAINT PK_Run PRIMARY KEY,
        Kind varchar(20) NOT NULL,           -- milink.KindPhase
        State varchar(10) NOT NULL CONSTRAINT CK_Run_State
            CHECK (State IN ('Running', 'Open', 'Succeeded', 'Incomplete', 'Undone', 'Closed', 'Shown')),
        Instance nvarchar(64) NULL,          -- the agent's alias; NULL: the only one
        Link nvarchar(128) NOT NULL,
        Direction varchar(11) NOT NULL CONSTRAINT CK_Run_Direction CHECK (Direction IN ('ToAzure', 'ToSqlServer')),
        Phase varchar(10) NOT NULL,          -- the last one begun
        PastNoReturn bit NOT NULL CONSTRAINT DF_Run_PastNoReturn DEFAULT 0,
        AbortAsked bit NOT NULL CONSTRAINT DF_Run_AbortAsked DEFAULT 0,
        StartedAt datetime2(3) NOT NULL,
        DeadlineAt datetime2(3) NOT NULL,    -- for what comes before the point of no return
        EndedAt datetime2(3) NULL,
        StartedBy nvarchar(256) NOT NULL CONSTRAINT DF_Run_StartedBy DEFAULT ORIGINAL_LOGIN(),
        HostName nvarchar(128) NULL CONSTRAINT DF_Run_HostName DEFAULT HOST_NAME(),
        ProgramName nvarchar(128) NULL CONSTRAINT DF_Run_ProgramName DEFAULT APP_NAME(),
        SessionId int NOT NULL CONSTRAINT DF_Run_SessionId DEFAULT @@SPID,
        Reason nvarchar(400) NULL,
        ChangeRef nvarchar(64) NULL,
        ErrorNumber int NULL,
        ErrorMessage nvarchar(2048) NULL
    );
GO
