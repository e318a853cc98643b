-- SPDX-License-Identifier: MIT
-- The schema, and who may do what in it. Members are added by the DBA: nobody is in a role after installation.
IF SCHEMA_ID(N'milink') IS NULL EXEC (N'CREATE SCHEMA milink AUTHORIZATION dbo;');
GO
IF DATABASE_PRINCIPAL_ID(N'milink_reader') IS NULL CREATE ROLE milink_reader;
GO
IF DATABASE_PRINCIPAL_ID(N'milink_operator') IS NULL CREATE ROLE milink_operator;
GO
IF DATABASE_PRINCIPAL_ID(N'milink_admin') IS NULL CREATE ROLE milink_admin;
GO
