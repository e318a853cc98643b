-- SPDX-License-Identifier: MIT
/* The hybrid failover benefit of an instance that is there: no licence cost while it only waits as the secondary of a link. No command-line tool of
   Azure's has a switch for it. Azure does not change it when roles change: it is for you to keep it true. */

-- Step 1. What is, and whether it is right: verdict OK, BENEFIT_UNUSED, PASSIVE_WHILE_PRIMARY or PASSIVE_NOT_ELIGIBLE, with its text.
DECLARE @rc int;
EXEC @rc = master.dbo.xp_milink_license_get @instance = N'prod';
IF @rc <> 0 OR @rc IS NULL RAISERROR (N'STOP: the licence could not be read.', 16, 1);
GO

-- Step 2. The instance only waits (links_primary 0, hybrid_secondary_usage_detected Passive): take the benefit. Refused while a link has it as primary.
DECLARE @rc int, @operation_id nvarchar(36);
EXEC @rc = master.dbo.xp_milink_license_set @instance = N'prod', @hybrid_secondary_usage = N'Passive', @wait_seconds = 60,
    @reason = N'passive secondary of sales-link', @operation_id = @operation_id OUTPUT;
IF @rc <> 0 OR @rc IS NULL RAISERROR (N'STOP: the licence was not changed.', 16, 1);
GO

-- Step 3. The instance serves: give the benefit back. The change takes up to a minute; billing goes by the hour.
DECLARE @rc int, @operation_id nvarchar(36);
EXEC @rc = master.dbo.xp_milink_license_set @instance = N'prod', @hybrid_secondary_usage = N'Active', @wait_seconds = 60,
    @reason = N'sales-link serves from Azure', @operation_id = @operation_id OUTPUT;
IF @rc <> 0 OR @rc IS NULL RAISERROR (N'STOP: the licence was not changed.', 16, 1);
GO

-- Step 4. Own licences (Azure Hybrid Benefit), or LicenseIncluded for pay as you go: a matter of its own.
DECLARE @rc int, @operation_id nvarchar(36);
EXEC @rc = master.dbo.xp_milink_license_set @instance = N'prod', @license_type = N'BasePrice', @wait_seconds = 60,
    @reason = N'own licences', @operation_id = @operation_id OUTPUT;
IF @rc <> 0 OR @rc IS NULL RAISERROR (N'STOP: the licence type was not changed.', 16, 1);
GO
