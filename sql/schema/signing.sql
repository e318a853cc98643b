-- SPDX-License-Identifier: MIT
-- dynamic: names from the catalogue, quoted; runs once, at installation
-- Operators need not be sysadmin: the procedures and functions are signed by a certificate, and its login holds the server permissions that they use, no
-- more. The login cannot connect. The private key exists while this script runs and is removed at its end: nobody can sign anything else
-- with it, so what is signed is what this script installed. Each installation signs anew.
SET NOCOUNT ON;
DECLARE @Password nvarchar(100) = N'Aa1!' + CONVERT(nvarchar(80), CRYPT_GEN_RANDOM(32), 2), @Statement nvarchar(max), @Name sysname;

-- What an earlier installation signed with is taken away first.
WHILE 1 = 1
BEGIN
    SELECT TOP (1) @Statement = N'DROP SIGNATURE FROM milink.' + QUOTENAME(o.name) + N' BY CERTIFICATE milink_signer;'
    FROM sys.crypt_properties AS s
    JOIN sys.objects AS o ON o.object_id = s.major_id
    JOIN sys.certificates AS c ON c.thumbprint = s.thumbprint
    WHERE s.class = 1 AND c.name = N'milink_signer' AND o.schema_id = SCHEMA_ID(N'milink');
    IF @@ROWCOUNT = 0 BREAK;
    EXEC (@Statement);
END;
IF EXISTS (SELECT 1 FROM msdb.sys.database_principals WHERE name = N'milink_signer')
    EXEC (N'USE msdb; DROP USER milink_signer;');
IF SUSER_ID(N'milink_signer') IS NOT NULL DROP LOGIN milink_signer;
IF CERT_ID(N'milink_signer') IS NOT NULL DROP CERTIFICATE milink_signer;

SET @Statement = N'CREATE CERTIFICATE milink_signer ENCRYPTION BY PASSWORD = ' + milink.Literal(@Password)
    + N' WITH SUBJECT = N''Signs the procedures of the schema milink'', EXPIRY_DATE = N''20991231'';';
EXEC (@Statement);
CREATE LOGIN milink_signer FROM CERTIFICATE milink_signer;

-- docs/security.md lists these, with what each is for; a test compares.
GRANT VIEW SERVER STATE TO milink_signer;
GRANT VIEW ANY DEFINITION TO milink_signer;
GRANT ALTER ANY AVAILABILITY GROUP TO milink_signer;
GRANT ALTER ANY DATABASE TO milink_signer;
GRANT ALTER ANY LOGIN TO milink_signer;
GRANT CONNECT SQL TO milink_signer WITH GRANT OPTION;
GRANT ALTER ANY CONNECTION TO milink_signer;
GRANT ALTER TRACE TO milink_signer;
EXEC (N'USE msdb; CREATE USER milink_signer FOR LOGIN milink_signer; GRANT SELECT ON dbo.backupset TO milink_signer;');

DECLARE signed CURSOR LOCAL FAST_FORWARD FOR
    SELECT name FROM sys.objects WHERE schema_id = SCHEMA_ID(N'milink') AND type IN ('P', 'FN', 'TF');
OPEN signed;
WHILE 1 = 1
BEGIN
    FETCH NEXT FROM signed INTO @Name;
    IF @@FETCH_STATUS <> 0 BREAK;
    SET @Statement = N'ADD SIGNATURE TO milink.' + QUOTENAME(@Name) + N' BY CERTIFICATE milink_signer WITH PASSWORD = '
        + milink.Literal(@Password) + N';';
    EXEC (@Statement);
END;
CLOSE signed;
DEALLOCATE signed;
ALTER CERTIFICATE milink_signer REMOVE PRIVATE KEY;
GO
