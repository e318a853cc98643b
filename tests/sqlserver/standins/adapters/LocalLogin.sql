-- SPDX-License-Identifier: MIT
CREATE OR ALTER VIEW milink.LocalLogin
AS
SELECT LoginName, CAST(0x01 AS varbinary(85)) AS Sid, Type, IsDisabled
FROM milinktest.Login;
GO
