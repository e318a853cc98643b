-- SPDX-License-Identifier: MIT
-- The suite runs as one login in a database of its own: there is nothing to sign for.
PRINT N'no signing in tests';
GO
