// SPDX-License-Identifier: MIT
// xp-rc: every call of an xp_milink_* procedure takes its return code, and the batch tests it for NULL too: an extended procedure that could not
// be called returns NULL.
using System.Text.RegularExpressions;
using Microsoft.SqlServer.TransactSql.ScriptDom;

namespace Milink.Tsql;

sealed class XpReturnCode(SqlFile file) : Rule(file)
{
    protected override string Id => "xp-rc";

    public override void Visit(TSqlBatch batch)
    {
        var calls = new Calls();
        batch.Accept(calls);
        var text = Fragments.Text(batch);
        foreach (var call in calls.OfMilink)
        {
            if (call.Variable is null)
                Found(call, "the return code is not taken: EXEC @rc = ...");
            else if (!Regex.IsMatch(text, $@"IF {call.Variable.Name} <> 0 OR {call.Variable.Name} IS NULL"))
                Found(call, $"the return code is not tested: IF {call.Variable.Name} <> 0 OR {call.Variable.Name} IS NULL");
        }
    }

    sealed class Calls : TSqlFragmentVisitor
    {
        public List<ExecuteSpecification> OfMilink { get; } = [];

        public override void Visit(ExecuteSpecification call)
        {
            if (call.ExecutableEntity is ExecutableProcedureReference { ProcedureReference.ProcedureReference.Name.BaseIdentifier.Value: { } name }
                && name.StartsWith("xp_milink_", StringComparison.OrdinalIgnoreCase))
                OfMilink.Add(call);
        }
    }
}
