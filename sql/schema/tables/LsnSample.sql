-- SPDX-License-Identifier: MIT
-- The proof that nothing was lost: the hardened LSN of a database on both sides, sample by sample.
IF OBJECT_ID(N'milink.LsnSample', N'U') IS NULL
BEGIN
    CREATE TABLE milink.LsnSample
    (
        SampleId int IDENTITY(1, 1) NOT NULL CONSTRAINT PK_LsnSample PRIMARY KEY,
        RunId int NOT NULL CONSTRAINT FK_LsnSample_Run REFERENCES milink.Run (RunId) ON DELETE CASCADE,
        SampledAt datetime2(3) NOT NULL,
        DatabaseName nvarchar(128) NOT NULL,
        SqlServerLsn numeric(25, 0) NULL,
        InstanceLsn numeric(25, 0) NULL,
        IsEqual AS CAST(CASE WHEN SqlServerLsn = InstanceLsn THEN 1 ELSE 0 END AS bit)
    );
    CREATE INDEX IX_LsnSample_RunId ON milink.LsnSample (RunId);
END;
GO
