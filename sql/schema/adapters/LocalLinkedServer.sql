-- SPDX-License-Identifier: MIT
-- Linked servers.
CREATE OR ALTER VIEW milink.LocalLinkedServer
AS
SELECT name AS ServerName, product AS Product, data_source AS DataSource
FROM sys.servers
WHERE is_linked = 1;
GO
