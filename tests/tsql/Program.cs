// SPDX-License-Identifier: MIT
// The checks and the runner of the T-SQL, behind one command line.
namespace Milink.Tsql;

static class Program
{
    const string Usage = """
        usage: milink-tsql parse PATH...        every file parses with Microsoft's parser, for each version it is for
               milink-tsql lint PATH...         the house rules, on the same tree
               milink-tsql lint --self-test     each rule finds what it must, and nothing else
               milink-tsql run [--root FOLDER] [--only TEXT] [--keep] [--capture FILE]
                                                installs the schema with stand-ins in an empty database, and runs the scenarios

        PATH is a file or a folder. run connects to MILINK_SQL_HOST, MILINK_SQL_PORT (1433) as MILINK_SQL_USER with MILINK_SQL_PASSWORD; without a
        host it says that it was skipped. --only: tests whose name has TEXT. --keep: leaves the database. --capture: writes every statement that
        the schema built and executed.
        Exit code: 0 all well, 1 findings or failures, 2 a wrong command line.
        """;

    static int Main(string[] arguments)
    {
        var verb = arguments.FirstOrDefault() ?? "";
        var rest = arguments.Skip(1).ToArray();
        switch (verb)
        {
            case "parse" when rest.Length > 0: return ParseCheck.Run(SqlFile.Find(rest));
            case "lint" when rest is ["--self-test"]: return LintSelfTest.Run();
            case "lint" when rest.Length > 0: return Lint.Run(SqlFile.Find(rest));
            case "run" when RunOptions.Read(rest) is { } options: return Runner.Run(options);
            case "--help": Console.WriteLine(Usage); return 0;
            default: Console.Error.WriteLine(Usage); return 2;
        }
    }
}
