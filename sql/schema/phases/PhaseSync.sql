-- SPDX-License-Identifier: MIT
-- SYNC: synchronous commit on both members, since a deletion, unlike a planned failover, does not switch to it by itself. Taken back when the run is
-- undone: to what each member had.
CREATE OR ALTER PROCEDURE milink.PhaseSync
    @RunId int
AS
SET NOCOUNT ON;
DECLARE @Link nvarchar(128), @Local nvarchar(128), @Partner nvarchar(128), @LocalMode nvarchar(60), @PartnerMode nvarchar(60), @Head nvarchar(400),
    @Statement nvarchar(max), @UndoText nvarchar(max);
SELECT @Link = Link FROM milink.Run WHERE RunId = @RunId;
SELECT @Local = LocalGroup, @Partner = PartnerGroup, @LocalMode = LocalCommitMode, @PartnerMode = PartnerCommitMode FROM milink.LocalLink WHERE Link = @Link;
IF @LocalMode = N'SYNCHRONOUS_COMMIT' AND @PartnerMode = N'SYNCHRONOUS_COMMIT'
BEGIN
    EXEC milink.Note @RunId, N'synchronous commit already';
    RETURN;
END;
SET @Statement = milink.CommitModeStatement(@Link, @Local, N'SYNCHRONOUS_COMMIT', @Partner, N'SYNCHRONOUS_COMMIT');
SET @UndoText = milink.CommitModeStatement(@Link, @Local, @LocalMode, @Partner, @PartnerMode);
EXEC milink.Act @RunId, @Statement, @UndoText;
GO
