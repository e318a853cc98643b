-- SPDX-License-Identifier: MIT
-- DELETE: the link is deleted in Azure, and the database on the instance becomes a database of its own, writable. Asked once; what became of it
-- is read. Refused, and the link still there: the run comes back from the point of no return. A deletion, unlike a planned failover,
-- does not see to it that nothing is lost, so what PROVE has proven is looked at once more just before.
CREATE OR ALTER PROCEDURE milink.PhaseDelete
    @RunId int
AS
SET NOCOUNT ON;
DECLARE @Failed nvarchar(1600);
IF EXISTS (SELECT 1 FROM milink.Run WHERE RunId = @RunId AND PastNoReturn = 0) EXEC milink.CheckProof @RunId;
EXEC milink.PassNoReturn @RunId;
EXEC milink.AskDelete @RunId, @Failed OUTPUT;
EXEC milink.AwaitDeleted @RunId, @Failed;
GO
