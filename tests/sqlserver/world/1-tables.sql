-- SPDX-License-Identifier: MIT
-- The world that the stand-ins show to the schema: SQL Server's side of links, Azure's side, the agent's journal, a clock. Tests set its rows, run
-- procedures, and look at its rows. Nothing here is shipped.
CREATE SCHEMA milinktest;
GO
CREATE TABLE milinktest.World
(
    Now datetime2(3) NOT NULL,
    Major int NOT NULL,
    Build int NOT NULL,
    AgentDownUntil datetime2(3) NOT NULL, -- the agent does not answer before
    FailoverSeconds int NOT NULL,         -- how long a failover takes from the request to the roles
    AzureLateSeconds int NOT NULL DEFAULT 0 -- Azure tells the roles of so long ago
);
GO
CREATE TABLE milinktest.Link
(
    Link nvarchar(128) NOT NULL PRIMARY KEY,
    LocalGroup nvarchar(128) NOT NULL,
    PartnerGroup nvarchar(128) NOT NULL,
    IsLocal bit NOT NULL,                 -- the distributed group is on SQL Server
    IsGroupLocal bit NOT NULL,            -- its own group too
    IsAzure bit NOT NULL,                 -- the link is in Azure
    LocalRole nvarchar(60) NULL,
    InstanceRole nvarchar(32) NULL,
    ReplicaState nvarchar(64) NOT NULL,
    FailoverMode nvarchar(32) NOT NULL,
    LocalCommitMode nvarchar(60) NOT NULL,
    PartnerCommitMode nvarchar(60) NOT NULL,
    LocalHealth nvarchar(60) NOT NULL,
    InstanceHealth nvarchar(32) NOT NULL,
    Connected nvarchar(32) NOT NULL,
    ChangeTo varchar(11) NULL,            -- a failover is under way, and ends at ChangeAt
    ChangeAt datetime2(3) NULL,
    ChangedAt datetime2(3) NULL,          -- the last one took place
    Asked int NOT NULL DEFAULT 0,         -- how many were asked, of whom ever
    Failovers int NOT NULL DEFAULT 0,     -- how many took place
    LostLog numeric(25, 0) NOT NULL DEFAULT 0 -- log that the new primary did not have
);
GO
CREATE TABLE milinktest.LinkDatabase
(
    Link nvarchar(128) NOT NULL,
    DatabaseName nvarchar(128) NOT NULL,
    LocalLsn numeric(25, 0) NOT NULL,
    InstanceLsn numeric(25, 0) NOT NULL,
    Load int NOT NULL,                    -- log a second while somebody writes
    IsStuck bit NOT NULL DEFAULT 0,       -- the secondary receives nothing
    IsSuspended bit NOT NULL DEFAULT 0,
    IsOffline bit NOT NULL DEFAULT 0,
    IsAtInstance bit NOT NULL DEFAULT 1,
    PRIMARY KEY (Link, DatabaseName)
);
GO
CREATE TABLE milinktest.Login
(
    LoginName nvarchar(128) NOT NULL PRIMARY KEY,
    Type nvarchar(60) NOT NULL,
    IsDisabled bit NOT NULL
);
GO
CREATE TABLE milinktest.AppSession
(
    SessionId int NOT NULL PRIMARY KEY,
    LoginName nvarchar(128) NOT NULL,
    DatabaseName nvarchar(128) NOT NULL,
    LoginAt datetime NOT NULL,
    IsGone bit NOT NULL,
    Reconnects bit NOT NULL               -- while its login may
);
GO
CREATE TABLE milinktest.InstanceSession -- somebody who writes on the instance
(
    DatabaseName nvarchar(128) NOT NULL PRIMARY KEY
);
GO
CREATE TABLE milinktest.Operation
(
    OperationId nvarchar(36) NOT NULL PRIMARY KEY,
    RequestId nvarchar(36) NOT NULL,
    ProcedureName nvarchar(64) NOT NULL,
    Link nvarchar(128) NULL,
    State nvarchar(16) NOT NULL,
    StartedAt datetime2(3) NOT NULL,
    EndsAt datetime2(3) NOT NULL,
    EndState nvarchar(16) NOT NULL,
    ErrorNumber int NULL,
    ErrorMessage nvarchar(2048) NULL,
    Detail nvarchar(400) NULL             -- what its end does to the world: FailoverType, licence
);
GO
CREATE TABLE milinktest.License
(
    LicenseType nvarchar(32) NOT NULL,
    Usage nvarchar(16) NOT NULL,
    Detected nvarchar(16) NOT NULL
);
GO
-- What is to go wrong: the n-th use of something (a statement that is LIKE Name, or the name of an Xp procedure).
--   What: error (nothing is done), late-error (done, and then the error), kill (the session ends before), late-kill (after), lost (done, the
--   answer does not come: error 50506), native (nothing is done, an error of the engine's own, whose number is below 50000)
--   Of an operation (xp_milink_...) that Azure has taken: op-failed, op-unknown (done, and Azure does not tell), op-lost (not done, nor told)
CREATE TABLE milinktest.Fault
(
    Name nvarchar(200) NOT NULL,
    Nth int NOT NULL,
    What varchar(12) NOT NULL,
    ErrorNumber int NOT NULL DEFAULT 50000,
    Message nvarchar(400) NOT NULL DEFAULT N'a fault of the test',
    Seen int NOT NULL DEFAULT 0
);
GO
CREATE TABLE milinktest.Executed
(
    ExecutedId int IDENTITY(1, 1) NOT NULL PRIMARY KEY,
    Statement nvarchar(max) NOT NULL
);
GO
CREATE TABLE milinktest.Called
(
    CalledId int IDENTITY(1, 1) NOT NULL PRIMARY KEY,
    Name nvarchar(64) NOT NULL,
    Argument nvarchar(400) NULL
);
GO
-- Outlives the tests: what the parser is to see.
CREATE TABLE milinktest.Captured
(
    Statement nvarchar(4000) NOT NULL
);
GO
-- What a second session left for the test to see.
CREATE TABLE milinktest.Aside
(
    Name nvarchar(60) NOT NULL,
    Value nvarchar(2048) NULL
);
GO
CREATE TABLE milinktest.Health -- rows of xp_milink_health beside the good one
(
    area nvarchar(64) NOT NULL,
    check_name nvarchar(128) NOT NULL,
    status nvarchar(8) NOT NULL,
    evidence nvarchar(400) NOT NULL,
    action nvarchar(400) NULL
);
GO
CREATE TABLE milinktest.Certificates
(
    ThumbprintHere nvarchar(80) NOT NULL,
    ThumbprintThere nvarchar(40) NOT NULL,
    ExpiresAt datetime2(3) NOT NULL,
    HasRoots bit NOT NULL,
    NetworkError nvarchar(400) NULL
);
GO
