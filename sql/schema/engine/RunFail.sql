-- SPDX-License-Identifier: MIT
-- Ends a run that failed, and throws why: taken back before the point of no return, left open after it. Gives back the link's lock.
CREATE OR ALTER PROCEDURE milink.RunFail
    @RunId int,
    @ErrorNumber int,
    @ErrorMessage nvarchar(2048)
AS
SET NOCOUNT ON;
SET XACT_ABORT OFF;
DECLARE @Link nvarchar(128), @State varchar(10), @Phase varchar(10), @PastNoReturn bit, @Left nvarchar(1600) = N'',
    @Detail nvarchar(1600);
SELECT @Link = Link, @State = State, @Phase = Phase, @PastNoReturn = PastNoReturn FROM milink.Run WHERE RunId = @RunId;
IF @State = 'Running' AND @PastNoReturn = 0 EXEC milink.RunUndo @RunId, NULL, @Left OUTPUT;
UPDATE milink.Run
SET State = CASE WHEN @State = 'Shown' THEN 'Shown' WHEN @PastNoReturn = 1 OR @Left <> N'' THEN 'Open' ELSE 'Undone' END,
    EndedAt = CASE WHEN @State = 'Running' AND (@PastNoReturn = 1 OR @Left <> N'') THEN NULL ELSE milink.UtcNow() END,
    ErrorNumber = @ErrorNumber, ErrorMessage = @ErrorMessage
WHERE RunId = @RunId AND State IN ('Running', 'Shown');
IF @State = 'Running' EXEC milink.ReleaseLock @Link;
IF @Left <> N''
BEGIN
    SET @Detail = LEFT(@Left + N'It had failed with: ' + @ErrorMessage, 1600);
    EXEC milink.Throw 50716, @Link, @Detail;
END;
IF @State = 'Running' AND @PastNoReturn = 1 AND @ErrorNumber NOT IN (50714, 50715)
BEGIN
    SET @Detail = LEFT(N'run ' + CONVERT(nvarchar(11), @RunId) + N', phase ' + @Phase + N': ' + @ErrorMessage, 1600);
    EXEC milink.Throw 50715, @Link, @Detail;
END;
IF @ErrorNumber < 50000
BEGIN
    SET @Detail = LEFT(N'error ' + CONVERT(nvarchar(11), @ErrorNumber) + N' in phase ' + @Phase + N': ' + @ErrorMessage, 1600);
    EXEC milink.Throw 50729, @Link, @Detail;
END;
SET @ErrorMessage = REPLACE(@ErrorMessage, N'%', N'%%'); -- THROW reads a % as the beginning of a format
THROW @ErrorNumber, @ErrorMessage, 1;
GO
