-- SPDX-License-Identifier: MIT
-- Before the point of no return a run ends when it was asked to, or when its time is over. After it nothing stops it.
CREATE OR ALTER PROCEDURE milink.CheckStop
    @RunId int,
    @WaitingFor nvarchar(400) = NULL
AS
SET NOCOUNT ON;
DECLARE @Link nvarchar(128), @AbortAsked bit, @DeadlineAt datetime2(3), @Detail nvarchar(1600);
SELECT @Link = Link, @AbortAsked = AbortAsked, @DeadlineAt = DeadlineAt,
    @Detail = N'in phase ' + Phase + ISNULL(N', waiting for ' + @WaitingFor, N'')
FROM milink.Run
WHERE RunId = @RunId AND PastNoReturn = 0 AND State = 'Running';
IF @AbortAsked = 1 EXEC milink.Throw 50710, @Link, @Detail;
IF @DeadlineAt <= milink.UtcNow() EXEC milink.Throw 50709, @Link, @Detail;
GO
