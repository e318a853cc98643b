-- SPDX-License-Identifier: MIT
-- Bytes that nobody can guess.
CREATE OR ALTER VIEW milink.Random
AS
SELECT CRYPT_GEN_RANDOM(8) AS Bytes;
GO
