// SPDX-License-Identifier: MIT
// case: a name has one spelling within a file: a server may tell apart what differs in case alone.
using Microsoft.SqlServer.TransactSql.ScriptDom;

namespace Milink.Tsql;

sealed class OneSpelling(SqlFile file) : Rule(file)
{
    readonly Dictionary<string, string> spellings = new(StringComparer.OrdinalIgnoreCase);

    protected override string Id => "case";

    // A batch has variables of its own.
    public override void Visit(TSqlBatch batch)
    {
        foreach (var name in spellings.Keys.Where(name => name.StartsWith('@')).ToList())
            spellings.Remove(name);
    }

    public override void Visit(VariableReference variable) => Check(variable, variable.Name);
    public override void Visit(DeclareVariableElement variable) => Check(variable, variable.VariableName.Value);
    public override void Visit(SchemaObjectName name)
    {
        if (name.SchemaIdentifier?.Value is "milink" or "milinktest" || name.BaseIdentifier.Value.StartsWith('#'))
            Check(name, name.BaseIdentifier.Value);
    }

    // In EXEC p @X = @Y the X is the other procedure's matter.
    public override void ExplicitVisit(ExecuteParameter parameter) => parameter.ParameterValue?.Accept(this);

    void Check(TSqlFragment where, string name)
    {
        if (name.StartsWith("@@", StringComparison.Ordinal))
            return;
        if (!spellings.TryAdd(name, name) && spellings[name] != name)
            Found(where, $"{name} is spelled {spellings[name]} before");
    }
}
