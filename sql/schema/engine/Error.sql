-- SPDX-License-Identifier: MIT
-- The errors of the schema, 50700 to 50799. Those of the xp_milink_* procedures (50500 to 50699) pass through as they are.
-- Numbers are never used again. docs/tsql/errors.md and the messages for alerts are made from this view.
CREATE OR ALTER VIEW milink.Error
AS
SELECT Number, Cause, NextAction
FROM
(
    VALUES
    (50701, N'a parameter is wrong', N'Correct what is named and call again; nothing was done.'),
    (50702, N'it cannot run inside a transaction, with IMPLICIT_TRANSACTIONS ON, or in INSERT ... EXEC',
        N'Call it by itself: availability-group statements cannot be rolled back.'),
    (50703, N'changes to links are switched off', N'EXEC milink.Configure @Name = N''Enabled'', @Value = N''Y''; once the reason is gone.'),
    (50704, N'another session is working on this link', N'It ends by itself; milink.Abort asks it to stop. One whose batch was cancelled has the link until it is closed, or calls milink.Resume.'),
    (50705, N'an earlier run of this link is not at its end', N'Go on with milink.Resume, or take it back with milink.Abort.'),
    (50706, N'the primary is not where the caller expects it', N'Look with milink.Status; call again with the @ExpectedPrimary that is true.'),
    (50707, N'the link changed its roles too short a while ago', N'Wait, or pass @IgnoreAntiFlap = ''Y'' when you mean it.'),
    (50708, N'a check forbids it', N'Mend what the checks with severity BLOCKED say (milink.Validate shows them, each with its fix), then call again.'),
    (50709, N'the time for what comes before the point of no return is over', N'Everything was put back. Remove the cause named, or give more with @TimeoutSeconds.'),
    (50710, N'it was asked to stop', N'Everything was put back.'),
    (50711, N'a hook failed', N'Mend the hook named, or disable it in milink.Hook.'),
    (50712, N'sessions could not be moved off the databases', N'End them by hand, or name their logins in @Fence.'),
    (50713, N'the failover did not take place', N'The roles are as before. See the cause named, then call again.'),
    (50714, N'it is not known yet whether the failover took place', N'Wait a minute, then milink.Resume: it reads both sides and decides. Do not fail over by hand.'),
    (50715, N'the failover took place, and what must follow is not complete', N'Go on with milink.Resume once the cause named is gone.'),
    (50716, N'something could not be put back', N'Run the statements named by hand, then close the run with milink.Abort @Close = ''Y''.'),
    (50717, N'this SQL Server has no such link', N'milink.Status lists the links.'),
    (50718, N'the Managed Instance has no such link', N'Check the alias in @Instance; milink.Status shows both sides.'),
    (50719, N'there are several links', N'Name one in @Link.'),
    (50720, N'there is no such run, or it is at its end', N'milink.History lists the runs.'),
    (50721, N'it is past the point of no return', N'It can only go forward: milink.Resume.'),
    (50722, N'this version of SQL Server cannot do it', N'See the other way that is named.'),
    (50723, N'the token is missing, spent, too old or for something else', N'Call without @Token: what would be lost is shown, with a new token.'),
    (50724, N'a second person has to approve', N'Another member of milink_admin calls milink.ForceFailover with @Approve = the token.'),
    (50725, N'both sides are primary', N'Stop the applications on the side that must lose, and see the section on split brain in docs/bad-night.md.'),
    (50726, N'there is nothing to fail back from', N'Use milink.Switchover, which says where to.'),
    (50727, N'there is no such setting', N'EXEC milink.Configure; lists them.'),
    (50728, N'the licence could not be changed', N'The debt is in milink.LicenseDebt and is tried again by milink.License and by the job.'),
    (50729, N'SQL Server refused a statement', N'Nothing is left half done; milink.History shows the statement. Remove the cause and call again.'),
    (50730, N'both sides are well, and a planned failover loses nothing', N'Use milink.Switchover, or milink.Cutover before 2022; or pass @EvenIfHealthy = ''Y'' when you mean it.'),
    (50731, N'a link is not well', N'EXEC milink.Status; shows each; EXEC milink.Validate; says what mends it.'),
    (50732, N'a certificate of a link ends soon', N'Renew it before it does: the link stops with it.'),
    (50790, N'the agent''s procedure did not say how it ended', N'Look at SQL Server''s error log and xp_milink_operation_list before trying again.')
) AS e (Number, Cause, NextAction);
GO
