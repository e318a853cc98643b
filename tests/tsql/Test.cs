// SPDX-License-Identifier: MIT
// One scenario, milinktest.[test ...]. Of the same words there may be
//   milinktest.[beside ...]  run in another session, at once
//   milinktest.[after ...]   run when the test's session was ended, which it asks for by the message "milinktest:kill 53" (its own number)
using Microsoft.Data.SqlClient;

namespace Milink.Tsql;

sealed class Test(string database, string name)
{
    readonly List<Task> parallel = [];
    readonly List<string> messages = [];
    bool killed;

    public IReadOnlyList<string> Messages => messages;

    // Null, or what is wrong.
    public string? Run()
    {
        var wrong = In("EXEC milinktest.Reset;");
        parallel.Add(Task.Run(() => Other($"IF OBJECT_ID(N'milinktest.{Of("beside").Replace("'", "''")}') IS NOT NULL EXEC milinktest.{Of("beside")};")));
        wrong ??= In($"EXEC milinktest.{Of("test")};");
        Task.WaitAll([.. parallel], TimeSpan.FromMinutes(2));
        if (!killed)
            return wrong;
        if (wrong is null)
            return "its session was to be killed, and was not";
        return In($"EXEC milinktest.{Of("after")};");
    }

    string Of(string what) => $"[{what} {name["test ".Length..].Replace("]", "]]")}]";

    string? In(string statement)
    {
        try
        {
            using var session = new Session(database) { OnMessage = Heed };
            session.Execute(statement);
            return null;
        }
        catch (SqlException error)
        {
            return $"error {error.Number} in {error.Procedure}, line {error.LineNumber}: {error.Message}";
        }
        catch (InvalidOperationException error)
        {
            return error.Message;
        }
    }

    void Heed(string message)
    {
        const string kill = "milinktest:kill ";
        lock (messages)
            messages.Add(message);
        if (!message.StartsWith(kill, StringComparison.Ordinal))
            return;
        killed = true;
        parallel.Add(Task.Run(() => Other($"KILL {int.Parse(message[kill.Length..])};")));
    }

    void Other(string statement)
    {
        using var session = new Session(database);
        session.Try(statement);
    }
}
