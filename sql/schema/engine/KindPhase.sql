-- SPDX-License-Identifier: MIT
-- The phases of each kind of run, in order. A run is driven by this table (milink.RunDrive); each phase is a procedure that can be run again.
--
--   Switchover, FailBack  VALIDATE LOCK FENCE      DRAIN PROVE FAILOVER = VERIFY       LICENSE REPOINT RELEASE REPORT
--   Cutover               VALIDATE LOCK FENCE SYNC DRAIN PROVE DELETE   = DROP OFFLINE LICENSE REPOINT         REPORT
--   ForceFailover         VALIDATE LOCK                        FORCE    = VERIFY       LICENSE REPOINT         REPORT
--
-- The point of no return (=) lies inside the phase before it: milink.PassNoReturn is called just before the act.
CREATE OR ALTER VIEW milink.KindPhase
AS
SELECT k.Kind, p.Ordinal, p.Phase
FROM
(
    VALUES
    (10, 'VALIDATE', 'SCF'),
    (20, 'LOCK', 'SCF'),
    (30, 'FENCE', 'SC'),
    (40, 'SYNC', 'C'),
    (50, 'DRAIN', 'SC'),
    (60, 'PROVE', 'SC'),
    (70, 'FAILOVER', 'S'),
    (70, 'DELETE', 'C'),
    (70, 'FORCE', 'F'),
    (80, 'VERIFY', 'SF'),
    (80, 'DROP', 'C'),
    (90, 'OFFLINE', 'C'),
    (100, 'LICENSE', 'SCF'),
    (110, 'REPOINT', 'SCF'),
    (120, 'RELEASE', 'S'),
    (130, 'REPORT', 'SCF')
) AS p (Ordinal, Phase, Letters)
JOIN
(
    VALUES ('Switchover', 'S'), ('FailBack', 'S'), ('Cutover', 'C'), ('ForceFailover', 'F')
) AS k (Kind, Letter) ON CHARINDEX(k.Letter, p.Letters) > 0;
GO
