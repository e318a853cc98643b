// SPDX-License-Identifier: MIT
// no-2017: functions that SQL Server 2016 SP3 does not have; the parser of 2016 takes a call of any function.
using Microsoft.SqlServer.TransactSql.ScriptDom;

namespace Milink.Tsql;

sealed class Only2016(SqlFile file) : Rule(file)
{
    static readonly HashSet<string> Later = new(StringComparer.OrdinalIgnoreCase)
    {
        "STRING_AGG", "TRIM", "TRANSLATE", "CONCAT_WS", "GREATEST", "LEAST", "GENERATE_SERIES", "DATE_BUCKET", "DATETRUNC", "JSON_OBJECT",
        "JSON_ARRAY", "APPROX_COUNT_DISTINCT", "LEFT_SHIFT", "RIGHT_SHIFT", "BIT_COUNT", "REGEXP_LIKE",
    };

    protected override string Id => "no-2017";

    public override void Visit(FunctionCall call) => Check(call, call.FunctionName.Value, call.Parameters.Count);
    public override void Visit(GlobalFunctionTableReference call) => Check(call, call.Name.Value, call.Parameters.Count);

    void Check(TSqlFragment where, string name, int parameters)
    {
        if (File.NeedsYear <= 2016 && (Later.Contains(name) || parameters > 2 && name.Equals("STRING_SPLIT", StringComparison.OrdinalIgnoreCase)))
            Found(where, $"{name} came after SQL Server 2016");
    }
}
