-- SPDX-License-Identifier: MIT
-- DROP: the distributed group here, and its own group, as @CleanUp says: DROP_DAG, DROP_ALL, KEEP_BOTH. What is not there any more is passed over.
-- A distributed group that is kept gets back the commit modes that it had.
CREATE OR ALTER PROCEDURE milink.PhaseDrop
    @RunId int
AS
SET NOCOUNT ON;
DECLARE @Link nvarchar(128), @Group nvarchar(128) = milink.OptionOf(@RunId, N'LocalGroup'), @CleanUp nvarchar(20) = milink.OptionOf(@RunId, N'CleanUp'),
    @Statement nvarchar(max), @Left nvarchar(1600);
SELECT @Link = Link FROM milink.Run WHERE RunId = @RunId;
IF @CleanUp = N'KEEP_BOTH'
BEGIN
    EXEC milink.Note @RunId, N'both groups are kept, as asked';
    EXEC milink.RunUndo @RunId, 'SYNC', @Left OUTPUT;
    IF @Left <> N'' EXEC milink.RunOwe @RunId, N'SYNC', @Left;
    RETURN;
END;
IF EXISTS (SELECT 1 FROM milink.LocalGroup WHERE GroupName = @Link)
BEGIN
    SET @Statement = N'DROP AVAILABILITY GROUP ' + QUOTENAME(@Link) + N';';
    EXEC milink.Act @RunId, @Statement;
END;
IF @CleanUp = N'DROP_ALL' AND EXISTS (SELECT 1 FROM milink.LocalGroup WHERE GroupName = @Group)
BEGIN
    SET @Statement = N'DROP AVAILABILITY GROUP ' + QUOTENAME(@Group) + N';';
    EXEC milink.Act @RunId, @Statement;
END;
GO
