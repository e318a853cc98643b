// SPDX-License-Identifier: MIT
// names: what the schema creates is in milink, and a table of the schema is referred to by two parts. Temp tables are the callers'.
using Microsoft.SqlServer.TransactSql.ScriptDom;

namespace Milink.Tsql;

sealed class TwoPartNames(SqlFile file) : Rule(file)
{
    protected override string Id => "names";

    public override void Visit(CreateTableStatement create) => InSchema(create.SchemaObjectName);
    public override void Visit(ViewStatementBody create) => InSchema(create.SchemaObjectName);
    public override void Visit(ProcedureStatementBody create) => InSchema(create.ProcedureReference.Name);
    public override void Visit(FunctionStatementBody create) => InSchema(create.Name);

    void InSchema(SchemaObjectName name)
    {
        if (IsSchema && !name.BaseIdentifier.Value.StartsWith('#') && name.SchemaIdentifier?.Value != "milink")
            Found(name, $"{name.BaseIdentifier.Value} is not created in the schema milink");
    }

    public override void Visit(NamedTableReference table)
    {
        var name = table.SchemaObject;
        if (IsSchema && name.SchemaIdentifier is null && !name.BaseIdentifier.Value.StartsWith('#') && !Aliases.Contains(name.BaseIdentifier.Value))
            Found(name, $"{name.BaseIdentifier.Value} has no schema");
    }

    // UPDATE and DELETE name an alias of their FROM clause.
    HashSet<string> Aliases { get; } = [];

    public override void ExplicitVisit(TSqlScript script)
    {
        script.Accept(new AliasCollector(Aliases));
        base.ExplicitVisit(script);
    }

    sealed class AliasCollector(HashSet<string> aliases) : TSqlFragmentVisitor
    {
        public override void Visit(TableReferenceWithAlias table)
        {
            if (table.Alias is not null)
                aliases.Add(table.Alias.Value);
        }

        public override void Visit(CommonTableExpression expression) => aliases.Add(expression.ExpressionName.Value);
    }
}
