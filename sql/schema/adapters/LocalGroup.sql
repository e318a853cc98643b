-- SPDX-License-Identifier: MIT
-- Availability groups of this server, distributed ones too.
CREATE OR ALTER VIEW milink.LocalGroup
AS
SELECT name AS GroupName, is_distributed AS IsDistributed
FROM sys.availability_groups;
GO
