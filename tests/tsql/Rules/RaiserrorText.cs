// SPDX-License-Identifier: MIT
// raiserror: the message is a number or a literal, and data goes into it as an argument: a % in data cannot break it.
using Microsoft.SqlServer.TransactSql.ScriptDom;

namespace Milink.Tsql;

sealed class RaiserrorText(SqlFile file) : Rule(file)
{
    protected override string Id => "raiserror";

    public override void Visit(RaiseErrorStatement raise)
    {
        if (raise.FirstParameter is not (StringLiteral or IntegerLiteral) && raise.FirstParameter is not VariableReference { Name: "@Number" })
            Found(raise, "the text is an argument: RAISERROR (N'%s', 10, 1, @Text)");
    }
}
