-- SPDX-License-Identifier: MIT
-- Sessions of users, by the database they are in or hold a transaction in.
CREATE OR ALTER VIEW milink.LocalSession
AS
SELECT
    s.session_id AS SessionId,
    s.original_login_name AS LoginName,
    s.host_name AS HostName,
    s.program_name AS ProgramName,
    DB_NAME(s.database_id) AS DatabaseName,
    s.login_time AS LoginAt
FROM sys.dm_exec_sessions AS s
WHERE s.is_user_process = 1
UNION
SELECT s.session_id, s.original_login_name, s.host_name, s.program_name, DB_NAME(dt.database_id), s.login_time
FROM sys.dm_exec_sessions AS s
JOIN sys.dm_tran_session_transactions AS st ON st.session_id = s.session_id
JOIN sys.dm_tran_database_transactions AS dt ON dt.transaction_id = st.transaction_id
WHERE s.is_user_process = 1 AND dt.database_id > 4 AND dt.database_id < 32767;
GO
