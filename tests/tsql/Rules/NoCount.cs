// SPDX-License-Identifier: MIT
// set-options: a procedure begins with SET NOCOUNT ON, so that its messages are its own.
using Microsoft.SqlServer.TransactSql.ScriptDom;

namespace Milink.Tsql;

sealed class NoCount(SqlFile file) : Rule(file)
{
    protected override string Id => "set-options";

    public override void Visit(ProcedureStatementBody procedure)
    {
        if (procedure.StatementList?.Statements.FirstOrDefault() is not PredicateSetStatement { Options: SetOptions.NoCount, IsOn: true })
            Found(procedure, "the first statement is not SET NOCOUNT ON");
    }
}
