// SPDX-License-Identifier: MIT
// What the rules ask of a tree.
using Microsoft.SqlServer.TransactSql.ScriptDom;

namespace Milink.Tsql;

static class Fragments
{
    // The source of a fragment, each white space as one blank, without comments.
    public static string Text(TSqlFragment fragment)
    {
        var tokens = fragment.ScriptTokenStream.Skip(fragment.FirstTokenIndex).Take(fragment.LastTokenIndex - fragment.FirstTokenIndex + 1);
        return string.Concat(tokens.Select(token => token.TokenType switch
        {
            TSqlTokenType.WhiteSpace => " ",
            TSqlTokenType.SingleLineComment or TSqlTokenType.MultilineComment => "",
            _ => token.Text,
        })).Replace("  ", " ");
    }

    // The parts of a concatenation, in order.
    public static IEnumerable<ScalarExpression> Parts(ScalarExpression expression) => expression switch
    {
        BinaryExpression { BinaryExpressionType: BinaryExpressionType.Add } sum => Parts(sum.FirstExpression).Concat(Parts(sum.SecondExpression)),
        ParenthesisExpression inner => Parts(inner.Expression),
        _ => [expression],
    };
}
