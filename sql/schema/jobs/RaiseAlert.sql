-- SPDX-License-Identifier: MIT
-- Writes an error to SQL Server's log, where alerts see it; the job's step fails with it. (THROW is not logged.)
CREATE OR ALTER PROCEDURE milink.RaiseAlert
    @Number int,
    @Text nvarchar(2000)
AS
SET NOCOUNT ON;
RAISERROR (@Number, 16, 1, @Text) WITH LOG;
GO
