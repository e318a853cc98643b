// SPDX-License-Identifier: MIT
// Statements on distributed availability groups that SQL Server documents and Microsoft's parser does not know. Each is checked by a pattern of its
// own, as the documentation of ALTER AVAILABILITY GROUP has it, and blanked out before the rest is parsed.
using System.Text.RegularExpressions;

namespace Milink.Tsql;

static partial class DistributedGroups
{
    const string Name = @"(?:\[(?:[^\]]|\]\])+\])", Member = @"N?'(?:[^']|'')+'\s+WITH\s*\(\s*AVAILABILITY_MODE\s*=\s*(?:A)?SYNCHRONOUS_COMMIT\s*\)";

    [GeneratedRegex($@"ALTER AVAILABILITY GROUP {Name} (?:SET \(ROLE = SECONDARY\)|MODIFY AVAILABILITY GROUP ON\s+{Member},\s+{Member});")]
    private static partial Regex Statement();

    // Lines and columns of the rest stay.
    public static string BlankOut(string text) =>
        Statement().Replace(text, match => Regex.Replace("PRINT N'';" + match.Value[10..], @"(?<=^.{10}[\s\S]*)[^\r\n]", " "));
}
