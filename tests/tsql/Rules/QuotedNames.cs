// SPDX-License-Identifier: MIT
// quotename: where a statement is built from pieces, each piece is a literal, a quoted name, a literal made of a text, or a number.
using System.Text.RegularExpressions;
using Microsoft.SqlServer.TransactSql.ScriptDom;

namespace Milink.Tsql;

sealed partial class QuotedNames(SqlFile file) : Rule(file)
{
    readonly HashSet<TSqlFragment> inner = [];

    protected override string Id => "quotename";

    public override void Visit(BinaryExpression sum)
    {
        if (inner.Contains(sum) || sum.BinaryExpressionType != BinaryExpressionType.Add)
            return;
        var parts = Fragments.Parts(sum).ToList();
        sum.Accept(new Collector(inner));
        if (parts.OfType<StringLiteral>().FirstOrDefault() is not { } first || !Statement().IsMatch(first.Value))
            return;
        foreach (var part in parts.Where(part => !IsSafe(part)))
            Found(part, $"{Fragments.Text(part)} stands in a statement that is built: QUOTENAME for a name, milink.Literal for a text");
    }

    [GeneratedRegex(@"^(ALTER|CREATE|DROP|BACKUP|RESTORE|KILL|EXEC|GRANT|DENY|REVOKE|USE|ADD|DBCC)\s", RegexOptions.None)]
    private static partial Regex Statement();

    static bool IsSafe(ScalarExpression part) => part switch
    {
        Literal => true,
        FunctionCall { FunctionName.Value: "QUOTENAME" or "Literal" } => true,
        ConvertCall { DataType: SqlDataTypeReference, Parameter: VariableReference or ColumnReferenceExpression } => true,
        VariableReference variable => variable.Name.StartsWith("@Quoted", StringComparison.Ordinal),
        SearchedCaseExpression choice => choice.WhenClauses.All(when => Fragments.Parts(when.ThenExpression).All(IsSafe))
            && (choice.ElseExpression is null || Fragments.Parts(choice.ElseExpression).All(IsSafe)),
        SimpleCaseExpression choice => choice.WhenClauses.All(when => Fragments.Parts(when.ThenExpression).All(IsSafe))
            && (choice.ElseExpression is null || Fragments.Parts(choice.ElseExpression).All(IsSafe)),
        // REPLACE(x, N'''', N'''''') between quotes, and of line ends in a comment behind the statement.
        FunctionCall { FunctionName.Value: "REPLACE" } => true,
        FunctionCall { FunctionName.Value: "NCHAR" } => true,
        _ => false,
    };

    sealed class Collector(HashSet<TSqlFragment> seen) : TSqlFragmentVisitor
    {
        public override void Visit(BinaryExpression sum) => seen.Add(sum);
    }
}
