-- SPDX-License-Identifier: MIT
-- The shape of #Line, whose texts milink.JoinLines joins in the order of Ordinal. (An aggregate by SELECT @Text += ... ORDER BY is not defined.)
CREATE OR ALTER VIEW milink.LineRow
AS
SELECT CAST(NULL AS bigint) AS Ordinal, CAST(NULL AS nvarchar(max)) AS Text
WHERE 1 = 0;
GO
