// SPDX-License-Identifier: MIT
// waitfor: the schema waits in milink.Wait alone, so that tests need not.
using Microsoft.SqlServer.TransactSql.ScriptDom;

namespace Milink.Tsql;

sealed class WaitForPlace(SqlFile file) : Rule(file)
{
    protected override string Id => "waitfor";

    public override void Visit(WaitForStatement wait)
    {
        if (IsSchema && !File.Path.EndsWith("engine/Wait.sql", StringComparison.Ordinal))
            Found(wait, "wait with milink.Pause in a run, milink.Wait elsewhere");
    }
}
