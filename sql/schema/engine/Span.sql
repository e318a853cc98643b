-- SPDX-License-Identifier: MIT
-- Seconds as a person reads them: 0:07, 12:30, 1:02:03.
CREATE OR ALTER FUNCTION milink.Span(@Seconds int)
RETURNS nvarchar(20)
AS
BEGIN
    RETURN CASE WHEN @Seconds < 0 THEN N'-' ELSE N'' END
        + CASE WHEN ABS(@Seconds) >= 3600 THEN CONVERT(nvarchar(10), ABS(@Seconds) / 3600) + N':' ELSE N'' END
        + CASE WHEN ABS(@Seconds) >= 3600 THEN RIGHT(N'0' + CONVERT(nvarchar(2), ABS(@Seconds) / 60 % 60), 2)
               ELSE CONVERT(nvarchar(2), ABS(@Seconds) / 60) END
        + N':' + RIGHT(N'0' + CONVERT(nvarchar(2), ABS(@Seconds) % 60), 2);
END;
GO
