-- SPDX-License-Identifier: MIT
-- Seeding that goes on now, a row per database and direction.
CREATE OR ALTER VIEW milink.LocalSeeding
AS
SELECT
    local_database_name AS DatabaseName,
    CAST(CASE role_desc WHEN 'Source' THEN 1 ELSE 0 END AS bit) AS IsSource,
    internal_state_desc AS State,
    database_size_bytes AS TotalBytes,
    transferred_size_bytes AS SentBytes,
    transfer_rate_bytes_per_second AS BytesPerSecond,
    start_time_utc AS StartedAt,
    estimate_time_complete_utc AS EstimatedEndAt,
    is_compression_enabled AS IsCompressed
FROM sys.dm_hadr_physical_seeding_stats;
GO
