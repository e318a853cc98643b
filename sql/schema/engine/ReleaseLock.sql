-- SPDX-License-Identifier: MIT
-- Gives back what milink.TakeLock took, as often as it took it: also what a batch that was cancelled had left.
CREATE OR ALTER PROCEDURE milink.ReleaseLock
    @Link nvarchar(128)
AS
SET NOCOUNT ON;
DECLARE @Resource nvarchar(255) = N'milink.' + LOWER(@Link);
WHILE APPLOCK_MODE(N'public', @Resource, 'Session') <> 'NoLock'
    EXEC sys.sp_releaseapplock @Resource = @Resource, @LockOwner = 'Session', @DbPrincipal = N'public';
GO
