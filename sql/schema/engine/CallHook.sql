-- SPDX-License-Identifier: MIT
-- Calls a procedure of the user's. It runs with the rights of who called the run: the signature of the schema does not reach it.
CREATE OR ALTER PROCEDURE milink.CallHook
    @Hook nvarchar(400),
    @RunId int,
    @Kind varchar(20),
    @Link nvarchar(128),
    @Direction varchar(11),
    @Phase varchar(10),
    @Moment varchar(6)
AS
SET NOCOUNT ON;
SET XACT_ABORT OFF;
EXEC @Hook @RunId, @Kind, @Link, @Direction, @Phase, @Moment;
GO
