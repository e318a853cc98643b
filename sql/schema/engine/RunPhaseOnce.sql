-- SPDX-License-Identifier: MIT
-- Calls the procedure of a phase. By name, so that what a run can execute is to be read here.
CREATE OR ALTER PROCEDURE milink.RunPhaseOnce
    @RunId int,
    @Phase varchar(10)
AS
SET NOCOUNT ON;
IF @Phase = 'VALIDATE' EXEC milink.PhaseValidate @RunId;
IF @Phase = 'LOCK' EXEC milink.PhaseLock @RunId;
IF @Phase = 'FENCE' EXEC milink.PhaseFence @RunId;
IF @Phase = 'SYNC' EXEC milink.PhaseSync @RunId;
IF @Phase = 'DRAIN' EXEC milink.PhaseDrain @RunId;
IF @Phase = 'PROVE' EXEC milink.PhaseProve @RunId;
IF @Phase = 'FAILOVER' EXEC milink.PhaseFailover @RunId;
IF @Phase = 'DELETE' EXEC milink.PhaseDelete @RunId;
IF @Phase = 'FORCE' EXEC milink.PhaseForce @RunId;
IF @Phase = 'VERIFY' EXEC milink.PhaseVerify @RunId;
IF @Phase = 'DROP' EXEC milink.PhaseDrop @RunId;
IF @Phase = 'OFFLINE' EXEC milink.PhaseOffline @RunId;
IF @Phase = 'LICENSE' EXEC milink.PhaseLicense @RunId;
IF @Phase = 'REPOINT' EXEC milink.PhaseRepoint @RunId;
IF @Phase = 'RELEASE' EXEC milink.PhaseRelease @RunId;
IF @Phase = 'REPORT' EXEC milink.PhaseReport @RunId;
GO
