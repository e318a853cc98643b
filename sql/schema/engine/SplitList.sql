-- SPDX-License-Identifier: MIT
-- The items of a comma list, trimmed, brackets removed; commas inside brackets are part of a name: app, [CONTOSO\svc, web]. A bracket that is not
-- closed leaves the rest as one item, which is the name of nobody.
CREATE OR ALTER FUNCTION milink.SplitList(@List nvarchar(4000))
RETURNS @Item TABLE (Item nvarchar(256) NOT NULL)
AS
BEGIN
    DECLARE @At int = 1, @Begin int = 1, @Inside bit = 0, @One nvarchar(256), @Letter nchar(1);
    SET @List = @List + N',';
    WHILE @At <= LEN(@List) -- it ends with a comma: LEN counts all of it
    BEGIN
        SET @Letter = SUBSTRING(@List, @At, 1);
        IF @Letter = N'[' AND LTRIM(SUBSTRING(@List, @Begin, @At - @Begin)) = N'' SET @Inside = 1;
        IF @Letter = N']' AND @Inside = 1
        BEGIN
            IF SUBSTRING(@List, @At + 1, 1) = N']' SET @At += 1; -- ]] is a ] of the name
            ELSE SET @Inside = 0;
        END;
        IF @Letter = N',' AND @Inside = 0 OR @At = LEN(@List)
        BEGIN
            SET @One = LTRIM(RTRIM(SUBSTRING(@List, @Begin, @At - @Begin)));
            IF @One LIKE N'[[]%]' SET @One = REPLACE(SUBSTRING(@One, 2, LEN(@One) - 2), N']]', N']');
            IF @One <> N'' INSERT @Item (Item) VALUES (@One);
            SET @Begin = @At + 1;
        END;
        SET @At += 1;
    END;
    RETURN;
END;
GO
