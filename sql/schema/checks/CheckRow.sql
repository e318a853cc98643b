-- SPDX-License-Identifier: MIT
-- The shape of #Check, which milink.RunChecks fills: a row per finding; a check that found nothing wrong has one row, OK.
CREATE OR ALTER VIEW milink.CheckRow
AS
SELECT
    CAST(NULL AS int) AS CheckId,            -- stable; docs/tsql/checks.md has a section for each
    CAST(NULL AS varchar(20)) AS Area,
    CAST(NULL AS nvarchar(100)) AS CheckName,
    CAST(NULL AS varchar(8)) AS Severity,    -- OK, INFO, WARN, BLOCKED
    CAST(NULL AS nvarchar(256)) AS Subject,  -- the database, certificate, login it is about; NULL: the link or server as a whole
    CAST(NULL AS nvarchar(2048)) AS Evidence,
    CAST(NULL AS nvarchar(max)) AS Fix       -- T-SQL that mends it, or a comment that says what does; NULL when it is OK
WHERE 1 = 0;
GO
