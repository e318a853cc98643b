// SPDX-License-Identifier: MIT
// What "run" was asked for, and where to: the command line and the environment.
namespace Milink.Tsql;

sealed record RunOptions(string Root, string Only, bool Keep, string? Capture)
{
    public static string? Host => Environment.GetEnvironmentVariable("MILINK_SQL_HOST");

    public static RunOptions? Read(string[] arguments)
    {
        var options = new RunOptions(".", "", false, null);
        for (var i = 0; i < arguments.Length; i++)
        {
            var value = i + 1 < arguments.Length ? arguments[i + 1] : null;
            switch (arguments[i])
            {
                case "--keep": options = options with { Keep = true }; continue;
                case "--root" when value is not null: options = options with { Root = value }; break;
                case "--only" when value is not null: options = options with { Only = value }; break;
                case "--capture" when value is not null: options = options with { Capture = value }; break;
                default: return null;
            }
            i++;
        }
        return options;
    }

    public static string ConnectionString(string database) => new Microsoft.Data.SqlClient.SqlConnectionStringBuilder
    {
        DataSource = $"{Host},{Environment.GetEnvironmentVariable("MILINK_SQL_PORT") ?? "1433"}",
        UserID = Environment.GetEnvironmentVariable("MILINK_SQL_USER") ?? "sa",
        Password = Environment.GetEnvironmentVariable("MILINK_SQL_PASSWORD") ?? "",
        InitialCatalog = database,
        Encrypt = Microsoft.Data.SqlClient.SqlConnectionEncryptOption.Optional,
        TrustServerCertificate = true,
        Pooling = false, // a session of its own for each test, whose locks and temp tables end with it
        CommandTimeout = 120,
    }.ConnectionString;
}
