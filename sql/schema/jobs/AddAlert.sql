-- SPDX-License-Identifier: MIT
-- Makes an alert for one of the schema's errors, unless it is there. Alerts fire on what is written to the log: milink.RaiseAlert does that.
CREATE OR ALTER PROCEDURE milink.AddAlert
    @Number int,
    @Operator nvarchar(128),
    @Execute char(1)
AS
SET NOCOUNT ON;
SET XACT_ABORT ON;
DECLARE @Name nvarchar(128) = N'milink - ' + CONVERT(nvarchar(11), @Number), @Line nvarchar(400);
IF EXISTS (SELECT 1 FROM msdb.dbo.sysalerts WHERE name = @Name)
BEGIN
    SET @Line = N'alert ' + @Name + N': there already, left as it is';
    EXEC milink.Say @Line;
    RETURN;
END;
SET @Line = CASE @Execute WHEN 'Y' THEN N'alert ' ELSE N'would make alert ' END + @Name;
EXEC milink.Say @Line;
IF @Execute = 'N' RETURN;
EXEC msdb.dbo.sp_add_alert @name = @Name, @message_id = @Number, @severity = 0, @delay_between_responses = 300, @include_event_description_in = 1;
IF @Operator IS NOT NULL EXEC msdb.dbo.sp_add_notification @alert_name = @Name, @operator_name = @Operator, @notification_method = 1;
GO
