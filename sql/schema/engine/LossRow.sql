-- SPDX-License-Identifier: MIT
-- The shape of #Loss, which milink.ReadLoss fills: what a forced failover would lose, a row per database.
CREATE OR ALTER VIEW milink.LossRow
AS
SELECT
    CAST(NULL AS nvarchar(128)) AS DatabaseName,
    CAST(NULL AS numeric(25, 0)) AS OldPrimaryLsn,    -- hardened; NULL: that side does not tell
    CAST(NULL AS numeric(25, 0)) AS NewPrimaryLsn,
    CAST(NULL AS datetime2(3)) AS OldPrimaryCommitAt,
    CAST(NULL AS datetime2(3)) AS NewPrimaryCommitAt,
    CAST(NULL AS int) AS SecondsLost,                 -- between the last commits; NULL: not known
    CAST(NULL AS bigint) AS UnsentKb,                 -- log that the old primary has not sent; NULL: not known
    CAST(NULL AS nvarchar(400)) AS Verdict
WHERE 1 = 0;
GO
