-- SPDX-License-Identifier: MIT
-- Whether this call comes from within a run of the link, which means from one of its hooks: milink.RunDrive keeps the runs that it drives in #Driven,
-- which is seen from there alone and is gone when the batch is, also when that was cancelled.
CREATE OR ALTER PROCEDURE milink.DrivenHere
    @Link nvarchar(128),
    @Here bit OUTPUT
AS
SET NOCOUNT ON;
SET @Here = 0;
IF OBJECT_ID(N'tempdb..#Driven') IS NULL RETURN;
SELECT @Here = 1 FROM #Driven AS d JOIN milink.Run AS r ON r.RunId = d.RunId WHERE r.Link = @Link AND r.State = 'Running';
GO
