// SPDX-License-Identifier: MIT
// One session with the server, and what it said.
using Microsoft.Data.SqlClient;

namespace Milink.Tsql;

sealed class Session : IDisposable
{
    readonly SqlConnection connection;

    public List<string> Messages { get; } = [];
    public Action<string> OnMessage { get; init; } = _ => { };

    public Session(string database)
    {
        connection = new SqlConnection(RunOptions.ConnectionString(database));
        connection.InfoMessage += (_, said) =>
        {
            foreach (SqlError message in said.Errors)
            {
                lock (Messages)
                    Messages.Add(message.Message);
                OnMessage(message.Message);
            }
        };
        connection.Open();
    }

    // Runs to the end of all result sets: errors may come after rows.
    public void Execute(string statement)
    {
        using var command = new SqlCommand(statement, connection);
        using var reader = command.ExecuteReader();
        do
        {
            while (reader.Read()) { }
        } while (reader.NextResult());
    }

    public List<string> Column(string query)
    {
        using var command = new SqlCommand(query, connection);
        using var reader = command.ExecuteReader();
        var values = new List<string>();
        while (reader.Read())
            values.Add(reader.GetString(0));
        return values;
    }

    public bool Try(string statement)
    {
        try
        {
            Execute(statement);
            return true;
        }
        catch (SqlException)
        {
            return false;
        }
    }

    public void Dispose() => connection.Dispose();
}
