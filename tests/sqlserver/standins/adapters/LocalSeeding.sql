-- SPDX-License-Identifier: MIT
CREATE OR ALTER VIEW milink.LocalSeeding
AS
SELECT DatabaseName, CAST(1 AS bit) AS IsSource, CAST(N'Success' AS nvarchar(60)) AS State, CAST(1 AS bigint) AS TotalBytes, CAST(1 AS bigint) AS SentBytes,
    CAST(1 AS bigint) AS BytesPerSecond, milink.UtcNow() AS StartedAt, milink.UtcNow() AS EstimatedEndAt, CAST(1 AS bit) AS IsCompressed
FROM milinktest.LinkDatabase
WHERE 1 = 0;
GO
