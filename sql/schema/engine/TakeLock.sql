-- SPDX-License-Identifier: MIT
-- One session a link: the lock is the session's, and ends with it, however it ends. A session whose batch was cancelled has it still, and takes it again
-- in its next batch. Not so a hook in the run that it is called from: it would begin, go on with or put back what is just being done.
CREATE OR ALTER PROCEDURE milink.TakeLock
    @Link nvarchar(128),
    @Taken bit OUTPUT
AS
SET NOCOUNT ON;
DECLARE @rc int, @Here bit, @Resource nvarchar(255) = N'milink.' + LOWER(@Link);
SET @Taken = 0;
EXEC milink.DrivenHere @Link, @Here OUTPUT;
IF @Here = 1 RETURN;
EXEC @rc = sys.sp_getapplock @Resource = @Resource, @LockMode = 'Exclusive', @LockOwner = 'Session', @LockTimeout = 0,
    @DbPrincipal = N'public';
SET @Taken = CASE WHEN @rc >= 0 THEN 1 ELSE 0 END;
GO
