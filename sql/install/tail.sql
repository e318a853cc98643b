-- SPDX-License-Identifier: MIT
INSERT milink.SchemaVersion (Version) SELECT milink.Version();
IF (SELECT CreateJobs FROM #MilinkInstall) = 'Y' EXEC milink.CreateJobs;
DROP TABLE #MilinkInstall;
PRINT N'milink ' + milink.Version() + N' is installed. Next: EXEC milink.Help; EXEC milink.Status;';
GO
SET NOEXEC OFF;
GO
