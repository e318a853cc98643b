-- SPDX-License-Identifier: MIT
-- The statement that sets the commit mode of both members of a link.
CREATE OR ALTER FUNCTION milink.CommitModeStatement
(
    @Link nvarchar(128),
    @LocalGroup nvarchar(128),
    @LocalMode nvarchar(60),
    @PartnerGroup nvarchar(128),
    @PartnerMode nvarchar(60)
)
RETURNS nvarchar(max)
AS
BEGIN
    RETURN N'ALTER AVAILABILITY GROUP ' + QUOTENAME(@Link) + N' MODIFY AVAILABILITY GROUP ON ' + milink.Literal(@LocalGroup)
        + CASE @LocalMode WHEN N'SYNCHRONOUS_COMMIT' THEN N' WITH (AVAILABILITY_MODE = SYNCHRONOUS_COMMIT), ' ELSE N' WITH (AVAILABILITY_MODE = ASYNCHRONOUS_COMMIT), ' END
        + milink.Literal(@PartnerGroup)
        + CASE @PartnerMode WHEN N'SYNCHRONOUS_COMMIT' THEN N' WITH (AVAILABILITY_MODE = SYNCHRONOUS_COMMIT);' ELSE N' WITH (AVAILABILITY_MODE = ASYNCHRONOUS_COMMIT);' END;
END;
GO
