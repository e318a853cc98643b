-- SPDX-License-Identifier: MIT
-- For endpoints without CRYPT_GEN_RANDOM.
CREATE OR ALTER VIEW milink.Random
AS
SELECT CAST(SUBSTRING(CONVERT(varbinary(16), NEWID()), 1, 8) AS varbinary(8)) AS Bytes;
GO
