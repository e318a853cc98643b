-- SPDX-License-Identifier: MIT
-- The user's own procedures, called before or after a phase: EXEC <ProcedureName> @RunId, @Kind, @Link, @Direction, @Phase, @Moment.
-- A hook that fails before the point of no return stops the run, which is then undone, unless OnError is Continue;
-- after it, the run goes on and ends Incomplete.
IF OBJECT_ID(N'milink.Hook', N'U') IS NULL
    CREATE TABLE milink.Hook
    (
        HookId int IDENTITY(1, 1) NOT NULL CONSTRAINT PK_Hook PRIMARY KEY,
        Link nvarchar(128) NOT NULL CONSTRAINT DF_Hook_Link DEFAULT N'', -- N'': every link
        Phase varchar(10) NOT NULL,
        Moment varchar(6) NOT NULL CONSTRAINT CK_Hook_Moment CHECK (Moment IN ('Before', 'After')),
        Ordinal int NOT NULL CONSTRAINT DF_Hook_Ordinal DEFAULT 100,
        ProcedureName nvarchar(400) NOT NULL,  -- database.schema.procedure, brackets where the names need them
        OnError varchar(8) NOT NULL CONSTRAINT DF_Hook_OnError DEFAULT 'Abort'
            CONSTRAINT CK_Hook_OnError CHECK (OnError IN ('Abort', 'Continue')),
        TimeoutSeconds int NOT NULL CONSTRAINT DF_Hook_TimeoutSeconds DEFAULT 60
            CONSTRAINT CK_Hook_TimeoutSeconds CHECK (TimeoutSeconds BETWEEN 1 AND 3600),
        IsEnabled bit NOT NULL CONSTRAINT DF_Hook_IsEnabled DEFAULT 1
    );
GO
