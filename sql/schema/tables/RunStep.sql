-- SPDX-License-Identifier: MIT
-- Every statement and every request of a run, written before it is executed, with what takes it back.
--   State: Running     begun; after a crash it is not known whether it was done
--          Done        and confirmed
--          Failed      and the error is here
--          Undone      taken back
--          UndoFailed  could not be taken back: by hand, with UndoText
--          Shown       @Execute = 'N'
IF OBJECT_ID(N'milink.RunStep', N'U') IS NULL
BEGIN
    CREATE TABLE milink.RunStep
    (
        StepId int IDENTITY(1, 1) NOT NULL CONSTRAINT PK_RunStep PRIMARY KEY,
        RunId int NOT NULL CONSTRAINT FK_RunStep_Run REFERENCES milink.Run (RunId) ON DELETE CASCADE,
        Phase varchar(10) NOT NULL,
        Kind varchar(10) NOT NULL CONSTRAINT CK_RunStep_Kind CHECK (Kind IN ('Statement', 'Request', 'Hook', 'Note')),
        Text nvarchar(max) NOT NULL,        -- the statement, the request, the call of the hook
        UndoText nvarchar(max) NULL,        -- a statement that takes it back, right also when it was not done
        State varchar(10) NOT NULL CONSTRAINT CK_RunStep_State
            CHECK (State IN ('Running', 'Done', 'Failed', 'Undone', 'UndoFailed', 'Shown')),
        StartedAt datetime2(3) NOT NULL,
        EndedAt datetime2(3) NULL,
        RequestId nvarchar(36) NULL,        -- of a request: asked again with it, it is not done twice
        OperationId nvarchar(36) NULL,      -- the agent's
        ArmRequestId nvarchar(128) NULL,    -- Azure's, for its support
        ErrorNumber int NULL,
        ErrorMessage nvarchar(2048) NULL
    );
    CREATE INDEX IX_RunStep_RunId ON milink.RunStep (RunId);
END;
GO
