// SPDX-License-Identifier: MIT
// Every file parses with Microsoft's parser, at the level of each version it is for.
namespace Milink.Tsql;

static class ParseCheck
{
    public static int Run(List<SqlFile> files)
    {
        var findings = files.SelectMany(file => file.ParseForEachVersion()).ToList();
        findings.ForEach(Console.WriteLine);
        Console.WriteLine($"parse: files: {files.Count}, findings: {findings.Count}");
        return findings.Count == 0 ? 0 : 1;
    }
}
