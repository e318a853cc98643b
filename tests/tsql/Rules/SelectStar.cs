// SPDX-License-Identifier: MIT
// select-star: columns are named, but for a temp table made from a shape of the schema (SELECT * INTO #x FROM milink.xRow), and EXISTS.
using Microsoft.SqlServer.TransactSql.ScriptDom;

namespace Milink.Tsql;

sealed class SelectStar(SqlFile file) : Rule(file)
{
    readonly HashSet<TSqlFragment> allowed = [];

    protected override string Id => "select-star";

    public override void Visit(SelectStatement select)
    {
        if (select is { Into.BaseIdentifier.Value: ['#', ..], QueryExpression: QuerySpecification { FromClause.TableReferences: [NamedTableReference table] } query }
            && table.SchemaObject.SchemaIdentifier?.Value == "milink" && table.SchemaObject.BaseIdentifier.Value.EndsWith("Row", StringComparison.Ordinal))
            allowed.UnionWith(query.SelectElements);
    }

    public override void Visit(ExistsPredicate exists)
    {
        if (exists.Subquery.QueryExpression is QuerySpecification query)
            allowed.UnionWith(query.SelectElements);
    }

    public override void Visit(SelectStarExpression star)
    {
        if (!allowed.Contains(star))
            Found(star, "name the columns");
    }
}
