// SPDX-License-Identifier: MIT
// ag-ddl: in the schema no statement on availability groups stands by itself, and what is built is executed in one place alone
// (engine/ExecuteStatement.sql), or where the file's head says why.
using Microsoft.SqlServer.TransactSql.ScriptDom;

namespace Milink.Tsql;

sealed class GroupStatements(SqlFile file) : Rule(file)
{
    protected override string Id => "ag-ddl";

    bool IsThePlace => File.Path.EndsWith("engine/ExecuteStatement.sql", StringComparison.Ordinal) || File.MayExecuteDynamic;

    public override void Visit(AvailabilityGroupStatement statement) => Refuse(statement);
    public override void Visit(DropAvailabilityGroupStatement statement) => Refuse(statement);

    void Refuse(TSqlFragment statement)
    {
        if (IsSchema)
            Found(statement, "a statement on an availability group goes through milink.Act, which writes it down first");
    }

    public override void Visit(ExecutableStringList list)
    {
        if (IsSchema && !IsThePlace && list.Strings.Any(part => part is not StringLiteral))
            Found(list, "what is built is executed by milink.ExecuteStatement alone");
    }

    public override void Visit(ExecutableProcedureReference call)
    {
        if (IsSchema && !IsThePlace && call.ProcedureReference?.ProcedureReference?.Name.BaseIdentifier.Value == "sp_executesql"
            && call.Parameters.FirstOrDefault()?.ParameterValue is not StringLiteral)
            Found(call, "what is built is executed by milink.ExecuteStatement alone");
    }
}
