// SPDX-License-Identifier: MIT
// What the endpoint lacks, found by trying, and how a batch is rewritten for it. The shipped files stay as they are.
using System.Text.RegularExpressions;

namespace Milink.Tsql;

sealed partial class Dialect
{
    readonly bool lacksCreateOrAlter, lacksInsertExecReturn;

    public Dialect(Session session)
    {
        lacksCreateOrAlter = !session.Try("CREATE OR ALTER PROCEDURE dbo.milink_probe AS SET NOCOUNT ON;");
        lacksInsertExecReturn = !session.Try("DECLARE @rc int; CREATE TABLE #t (a int); INSERT #t EXEC @rc = dbo.milink_probe;");
        session.Try("DROP PROCEDURE dbo.milink_probe;");
    }

    public string Described =>
        (lacksCreateOrAlter ? "CREATE OR ALTER is rewritten, " : "") +
        (lacksInsertExecReturn ? "procedures with INSERT ... EXEC @rc = are left out, " : "") +
        (lacksCreateOrAlter || lacksInsertExecReturn ? "since this endpoint lacks them" : "nothing is rewritten");

    public IEnumerable<string> Rewrite(string batch)
    {
        if (lacksInsertExecReturn && InsertExecReturn().IsMatch(batch))
            return [];
        var match = CreateOrAlter().Match(batch);
        if (!lacksCreateOrAlter || !match.Success)
            return [batch];
        var (kind, name) = (match.Groups[1].Value, match.Groups[2].Value);
        return [$"DROP {kind} IF EXISTS {name};", batch.Remove(match.Index, match.Length).Insert(match.Index, $"CREATE {kind} {name}")];
    }

    [GeneratedRegex(@"^INSERT #\w+\s+EXEC @", RegexOptions.Multiline)]
    private static partial Regex InsertExecReturn();

    [GeneratedRegex(@"^CREATE OR ALTER (PROCEDURE|VIEW|FUNCTION) (\w+\.(?:\w+|\[(?:[^\]]|\]\])+\]))", RegexOptions.Multiline)]
    private static partial Regex CreateOrAlter();
}
