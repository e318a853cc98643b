-- SPDX-License-Identifier: MIT
CREATE OR ALTER PROCEDURE milink.AddJob
    @Name nvarchar(128),
    @Description nvarchar(512),
    @Command nvarchar(max),
    @FreqType int,
    @SubdayType int,
    @SubdayInterval int,
    @StartTime int,
    @Retries int,
    @Operator nvarchar(128),
    @EnableSchedule bit,
    @Execute char(1)
AS
SET NOCOUNT ON;
INSERT milinktest.Aside (Name, Value) VALUES (@Name, CONVERT(nvarchar(1), @EnableSchedule) + N' ' + @Execute + N' ' + @Command);
GO
