-- SPDX-License-Identifier: MIT
-- Adds a line to @Problems when a number is not within its bounds.
CREATE OR ALTER PROCEDURE milink.CheckNumber
    @Parameter nvarchar(128),
    @Value int,
    @Least int,
    @Most int,
    @Problems nvarchar(max) OUTPUT
AS
SET NOCOUNT ON;
IF @Value BETWEEN @Least AND @Most RETURN;
SET @Problems += @Parameter + N' is ' + ISNULL(CONVERT(nvarchar(11), @Value), N'NULL') + N'; allowed: ' + CONVERT(nvarchar(11), @Least) + N' to '
    + CONVERT(nvarchar(11), @Most) + N'.' + NCHAR(10);
GO
