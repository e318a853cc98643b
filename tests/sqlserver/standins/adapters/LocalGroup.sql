-- SPDX-License-Identifier: MIT
CREATE OR ALTER VIEW milink.LocalGroup
AS
SELECT Link AS GroupName, CAST(1 AS bit) AS IsDistributed FROM milinktest.Link WHERE IsLocal = 1
UNION ALL
SELECT LocalGroup, CAST(0 AS bit) FROM milinktest.Link WHERE IsGroupLocal = 1;
GO
