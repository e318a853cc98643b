# SPDX-License-Identifier: MIT
<#
.SYNOPSIS
What only Windows shows of the security of milink's pipes: a table of checks, and as exit code the number that failed.

.DESCRIPTION
Run it on a SQL Server host with the service milink-agent running, in an elevated Windows PowerShell 5.1, in a local session (not
through WinRM or SSH: the pipes refuse who comes from the network). It needs no module and changes nothing, except with -StopService:
then it stops the service, takes its place for some seconds, and starts it again.

.PARAMETER Instance
The instances in sql_instances of the agent's configuration, in its order: MSSQLSERVER, or names of instances.

.PARAMETER StopService
Also the checks for which the agent must not run: a squatter on the pipe's name, and what the pipe's server sees of a client.

.PARAMETER SqlServer
A server name for SqlClient, as 'localhost' or 'localhost\PAYROLL': also EXEC xp_milink_version, as the login that runs this.

.EXAMPLE
powershell -ExecutionPolicy Bypass -File pipe-security.ps1 -Instance MSSQLSERVER,PAYROLL -SqlServer localhost -StopService
#>
[CmdletBinding()]
param(
    [string[]] $Instance = @('MSSQLSERVER'),
    [string] $Agent = '',
    [string] $Config = "$env:ProgramData\milink\agent.json",
    [string] $SqlServer = '',
    [switch] $StopService
)

Set-StrictMode -Version 2
$ErrorActionPreference = 'Stop'
$serviceName = 'milink-agent'
$agentSid = 'S-1-5-80-2485935931-1821977061-2472860395-3216778014-952368713'
$xpPipe = '\\.\pipe\milink\xp'
$adminPipe = '\\.\pipe\milink\admin'

Add-Type -TypeDefinition @'
using System;
using System.Collections.Generic;
using System.ComponentModel;
using System.IO;
using System.Runtime.InteropServices;
using System.Security.AccessControl;
using System.Security.Principal;
using System.Text;
using System.Threading;
using Microsoft.Win32.SafeHandles;

public static class MilinkPipe
{
    public const uint ReadControl = 0x20000, Read = 0x80000000, Write = 0x40000000;
    public const uint Anonymous = 0x100000, Identification = 0x110000; // SECURITY_SQOS_PRESENT and the level

    [StructLayout(LayoutKind.Sequential)]
    struct SecurityAttributes { public int Length; public IntPtr Descriptor; public int Inherit; }

    [DllImport("kernel32", CharSet = CharSet.Unicode, SetLastError = true)]
    static extern SafeFileHandle CreateFileW(string name, uint access, uint share, IntPtr security, uint disposition, uint flags, IntPtr template);
    [DllImport("kernel32", CharSet = CharSet.Unicode, SetLastError = true)]
    static extern SafeFileHandle CreateNamedPipeW(string name, uint openMode, uint pipeMode, uint instances, uint outSize, uint inSize,
        uint timeout, ref SecurityAttributes security);
    [DllImport("kernel32", SetLastError = true)]
    static extern bool ConnectNamedPipe(SafeFileHandle pipe, IntPtr overlapped);
    [DllImport("kernel32", SetLastError = true)]
    static extern bool ReadFile(SafeFileHandle file, byte[] bytes, int room, out int count, IntPtr overlapped);
    [DllImport("kernel32", SetLastError = true)]
    static extern bool WriteFile(SafeFileHandle file, byte[] bytes, int length, out int count, IntPtr overlapped);
    [DllImport("kernel32", SetLastError = true)]
    static extern bool CloseHandle(IntPtr handle);
    [DllImport("kernel32", SetLastError = true)]
    static extern IntPtr LocalFree(IntPtr memory);
    [DllImport("kernel32")]
    static extern IntPtr GetCurrentProcess();
    [DllImport("kernel32")]
    static extern IntPtr GetCurrentThread();
    [DllImport("kernel32", SetLastError = true)]
    static extern IntPtr OpenProcess(uint access, bool inherit, int process);
    [DllImport("advapi32", SetLastError = true)]
    static extern bool OpenProcessToken(IntPtr process, uint access, out IntPtr token);
    [DllImport("advapi32", SetLastError = true)]
    static extern bool OpenThreadToken(IntPtr thread, uint access, bool asSelf, out IntPtr token);
    [DllImport("advapi32", SetLastError = true)]
    static extern bool ImpersonateNamedPipeClient(SafeFileHandle pipe);
    [DllImport("advapi32", SetLastError = true)]
    static extern bool ImpersonateLoggedOnUser(IntPtr token);
    [DllImport("advapi32", SetLastError = true)]
    static extern bool RevertToSelf();
    [DllImport("advapi32", SetLastError = true)]
    static extern bool CreateRestrictedToken(IntPtr token, uint flags, int disable, IntPtr sids, int remove, IntPtr privileges,
        int restrict, IntPtr restricting, out IntPtr made);
    [DllImport("advapi32", SetLastError = true)]
    static extern bool GetTokenInformation(IntPtr token, int kind, IntPtr information, int size, out int needed);
    [DllImport("advapi32")]
    static extern int GetSecurityInfo(SafeFileHandle handle, int type, uint parts, IntPtr owner, IntPtr group, IntPtr dacl, IntPtr sacl,
        out IntPtr descriptor);
    [DllImport("advapi32")]
    static extern int GetSecurityDescriptorLength(IntPtr descriptor);
    [DllImport("advapi32", CharSet = CharSet.Unicode, SetLastError = true)]
    static extern bool ConvertStringSecurityDescriptorToSecurityDescriptorW(string text, uint revision, out IntPtr descriptor, IntPtr size);

    // ---- as a client ----

    // "opened", or the number of the error.
    public static string Open(string name, uint access)
    {
        using (SafeFileHandle pipe = CreateFileW(name, access, 0, IntPtr.Zero, 3, Identification, IntPtr.Zero))
            return pipe.IsInvalid ? "error " + Marshal.GetLastWin32Error() : "opened";
    }

    // How many of so many connections at a time are taken.
    public static int OpenMany(string name, int count)
    {
        List<SafeFileHandle> pipes = new List<SafeFileHandle>();
        for (int i = 0; i < count; i++)
        {
            SafeFileHandle pipe = CreateFileW(name, Read | Write, 0, IntPtr.Zero, 3, Identification, IntPtr.Zero);
            for (int tries = 0; pipe.IsInvalid && Marshal.GetLastWin32Error() == 231 && tries < 100; tries++)
            {
                Thread.Sleep(10); // busy while the agent makes the next instance
                pipe = CreateFileW(name, Read | Write, 0, IntPtr.Zero, 3, Identification, IntPtr.Zero);
            }
            if (!pipe.IsInvalid) pipes.Add(pipe);
        }
        foreach (SafeFileHandle pipe in pipes) pipe.Dispose();
        return pipes.Count;
    }

    // The same as the ordinary user of whom this elevated process is the administrator.
    public static string OpenAsOrdinary(string name, uint access)
    {
        IntPtr own, made;
        if (!OpenProcessToken(GetCurrentProcess(), 0xF01FF, out own)) throw new Win32Exception();
        if (!CreateRestrictedToken(own, 1 | 4, 0, IntPtr.Zero, 0, IntPtr.Zero, 0, IntPtr.Zero, out made)) throw new Win32Exception();
        if (!ImpersonateLoggedOnUser(made)) throw new Win32Exception();
        try { return Open(name, access); }
        finally
        {
            if (!RevertToSelf()) Environment.FailFast("RevertToSelf");
            CloseHandle(made);
            CloseHandle(own);
        }
    }

    static byte[] Frame(byte opcode, byte[] payload)
    {
        MemoryStream made = new MemoryStream();
        BinaryWriter to = new BinaryWriter(made);
        to.Write(payload.Length);
        to.Write(opcode);
        to.Write(payload);
        to.Flush();
        return made.ToArray();
    }

    static byte[] Request(string procedure)
    {
        MemoryStream hello = new MemoryStream(), call = new MemoryStream(), all = new MemoryStream();
        BinaryWriter to = new BinaryWriter(hello);
        to.Write(Encoding.ASCII.GetBytes("MLNK"));
        to.Write((ushort)1);
        to.Write((ushort)1);
        to.Write((ushort)5);
        to.Write(Encoding.ASCII.GetBytes("1.0.0"));
        to.Flush();
        to = new BinaryWriter(call);
        to.Write((ushort)procedure.Length);
        to.Write(Encoding.ASCII.GetBytes(procedure));
        to.Write(10000);
        to.Write((ushort)0);
        to.Flush();
        byte[] first = Frame(1, hello.ToArray()), second = Frame(2, call.ToArray());
        all.Write(first, 0, first.Length);
        all.Write(second, 0, second.Length);
        return all.ToArray();
    }

    static byte[] ReadWhole(SafeFileHandle pipe, int length)
    {
        byte[] bytes = new byte[length];
        byte[] piece = new byte[length];
        int have = 0, count;
        while (have < length)
        {
            if (!ReadFile(pipe, piece, length - have, out count, IntPtr.Zero)) throw new Win32Exception();
            Array.Copy(piece, 0, bytes, have, count);
            have += count;
        }
        return bytes;
    }

    // Calls a procedure without parameters (ipc/PROTOCOL.md) at that level; "answer N", the error's number, or what failed.
    public static string Call(string name, string procedure, uint level)
    {
        using (SafeFileHandle pipe = CreateFileW(name, Read | Write, 0, IntPtr.Zero, 3, level, IntPtr.Zero))
        {
            byte[] request = Request(procedure);
            int count;
            if (pipe.IsInvalid) return "error " + Marshal.GetLastWin32Error();
            if (!WriteFile(pipe, request, request.Length, out count, IntPtr.Zero)) return "not written, error " + Marshal.GetLastWin32Error();
            try
            {
                for (;;)
                {
                    byte[] header = ReadWhole(pipe, 5);
                    byte[] payload = ReadWhole(pipe, BitConverter.ToInt32(header, 0));
                    if (header[4] == 0x85) return "answer " + BitConverter.ToInt32(payload, 0);
                }
            }
            catch (Win32Exception e) { return "no answer, error " + e.NativeErrorCode; }
        }
    }

    // ---- as a server ----

    static SafeFileHandle Make(string name, string sddl, bool first)
    {
        SecurityAttributes security = new SecurityAttributes();
        security.Length = Marshal.SizeOf(typeof(SecurityAttributes));
        if (sddl != null && !ConvertStringSecurityDescriptorToSecurityDescriptorW(sddl, 1, out security.Descriptor, IntPtr.Zero))
            throw new Win32Exception();
        try { return CreateNamedPipeW(name, 3u | (first ? 0x80000u : 0u), 0, 255, 4096, 4096, 0, ref security); }
        finally
        {
            int error = Marshal.GetLastWin32Error();
            if (security.Descriptor != IntPtr.Zero) LocalFree(security.Descriptor);
            lastError = error;
        }
    }
    [ThreadStatic] static int lastError;

    // "made", or the number of the error.
    public static string TryMake(string name, bool first)
    {
        using (SafeFileHandle pipe = Make(name, null, first))
            return pipe.IsInvalid ? "error " + lastError : "made";
    }

    // Twice under a name of our own, the second time as the first.
    public static string MakeTwice()
    {
        string name = @"\\.\pipe\milink-test-" + Guid.NewGuid().ToString("N");
        using (Make(name, null, true)) return TryMake(name, true);
    }

    // A squatter: holds the name until Dispose, lets everybody in, and tells what it saw of its first client.
    public sealed class Squatter : IDisposable
    {
        readonly string name;
        readonly SafeFileHandle pipe;
        readonly Thread thread;
        public string Failure = "", Level = "none";
        public int Heard;
        public List<string> Sids = new List<string>();

        public Squatter(string name, string owner)
        {
            this.name = name;
            pipe = Make(name, "O:" + owner + "D:P(A;;GA;;;WD)", true);
            if (pipe.IsInvalid) throw new Win32Exception(lastError);
            thread = new Thread(Serve);
            thread.IsBackground = true;
            thread.Start();
        }

        void Serve()
        {
            byte[] bytes = new byte[4096];
            if (!ConnectNamedPipe(pipe, IntPtr.Zero) && Marshal.GetLastWin32Error() != 535)
            {
                Failure = "error " + Marshal.GetLastWin32Error();
                return;
            }
            if (!ReadFile(pipe, bytes, bytes.Length, out Heard, IntPtr.Zero) || Heard == 0) return; // it closed
            if (!ImpersonateNamedPipeClient(pipe)) { Failure = "error " + Marshal.GetLastWin32Error(); return; }
            IntPtr token;
            bool opened = OpenThreadToken(GetCurrentThread(), 8, true, out token);
            int error = Marshal.GetLastWin32Error();
            if (!RevertToSelf()) Environment.FailFast("RevertToSelf");
            if (!opened) { Failure = "error " + error; return; }
            Level = LevelOf(token);
            Sids = SidsOf(token);
            CloseHandle(token);
        }

        // Waits for the first client's end.
        public bool Wait(int milliseconds) { return thread.Join(milliseconds); }

        // The name is free afterwards: a thread that still waits for a client would keep it.
        public void Dispose()
        {
            if (!thread.Join(0)) CreateFileW(name, Read | Write, 0, IntPtr.Zero, 3, Anonymous, IntPtr.Zero).Dispose();
            thread.Join(10000);
            pipe.Dispose();
        }
    }

    // ---- security descriptors and tokens ----

    // Owner, and the entries as kind:mask:sid in their order.
    public static string[] Security(string name)
    {
        using (SafeFileHandle pipe = CreateFileW(name, ReadControl, 0, IntPtr.Zero, 3, Identification, IntPtr.Zero))
        {
            IntPtr descriptor;
            if (pipe.IsInvalid) throw new Win32Exception(Marshal.GetLastWin32Error());
            int error = GetSecurityInfo(pipe, 6, 7, IntPtr.Zero, IntPtr.Zero, IntPtr.Zero, IntPtr.Zero, out descriptor);
            if (error != 0) throw new Win32Exception(error);
            byte[] bytes = new byte[GetSecurityDescriptorLength(descriptor)];
            Marshal.Copy(descriptor, bytes, 0, bytes.Length);
            LocalFree(descriptor);
            RawSecurityDescriptor read = new RawSecurityDescriptor(bytes, 0);
            List<string> said = new List<string>();
            said.Add("owner " + read.Owner);
            said.Add("group " + read.Group);
            said.Add("protected " + ((read.ControlFlags & ControlFlags.DiscretionaryAclProtected) != 0));
            foreach (GenericAce ace in read.DiscretionaryAcl)
            {
                CommonAce entry = (CommonAce)ace;
                string kind = entry.AceQualifier == AceQualifier.AccessDenied ? "deny" : "allow";
                said.Add(kind + " 0x" + entry.AccessMask.ToString("x") + " " + entry.SecurityIdentifier);
            }
            return said.ToArray();
        }
    }

    static IntPtr Information(IntPtr token, int kind)
    {
        int size;
        GetTokenInformation(token, kind, IntPtr.Zero, 0, out size);
        IntPtr room = Marshal.AllocHGlobal(size);
        if (!GetTokenInformation(token, kind, room, size, out size)) throw new Win32Exception();
        return room;
    }

    static string LevelOf(IntPtr token)
    {
        IntPtr room = Information(token, 9);
        string[] names = { "Anonymous", "Identification", "Impersonation", "Delegation" };
        string name = names[Marshal.ReadInt32(room)];
        Marshal.FreeHGlobal(room);
        return name;
    }

    // The user, and every enabled group.
    static List<string> SidsOf(IntPtr token)
    {
        List<string> sids = new List<string>();
        IntPtr user = Information(token, 1), groups = Information(token, 2);
        sids.Add(new SecurityIdentifier(Marshal.ReadIntPtr(user)).Value);
        int count = Marshal.ReadInt32(groups);
        for (int i = 0; i < count; i++)
        {
            IntPtr entry = new IntPtr(groups.ToInt64() + IntPtr.Size + i * 2 * IntPtr.Size);
            if ((Marshal.ReadInt32(entry, IntPtr.Size) & 4) != 0) sids.Add(new SecurityIdentifier(Marshal.ReadIntPtr(entry)).Value);
        }
        Marshal.FreeHGlobal(user);
        Marshal.FreeHGlobal(groups);
        return sids;
    }

    public static string[] SidsOfProcess(int process)
    {
        IntPtr handle = OpenProcess(0x1000, false, process), token;
        if (handle == IntPtr.Zero) throw new Win32Exception();
        bool opened = OpenProcessToken(handle, 8, out token);
        int error = Marshal.GetLastWin32Error();
        CloseHandle(handle);
        if (!opened) throw new Win32Exception(error);
        try { return SidsOf(token).ToArray(); }
        finally { CloseHandle(token); }
    }
}
'@

# ---- the table ----

$rows = New-Object System.Collections.ArrayList

function Add-Row([string] $Check, [string] $Expected, [string] $Seen, [string] $Pass) {
    [void] $rows.Add([pscustomobject] @{ check = $Check; expected = $Expected; seen = $Seen; pass = $Pass })
}

# Expected is a text, or a regular expression between slashes.
function Test-That([string] $Check, [string] $Expected, [scriptblock] $Look) {
    try { $seen = [string] (& $Look) } catch { $seen = 'failed: ' + $_.Exception.GetBaseException().Message }
    $good = if ($Expected -match '^/(.*)/$') { $seen -match $Matches[1] } else { $seen -ceq $Expected }
    Add-Row $Check $Expected $seen $(if ($good) { 'yes' } else { 'NO' })
}

function Show-Table {
    '{0,-62} | {1,-46} | {2} | {3}' -f 'check', 'expected', 'seen', 'pass'
    foreach ($row in $rows) {
        '{0,-62} | {1,-46} | {2} | {3}' -f $row.check, $row.expected, $row.seen, $row.pass
    }
    $failed = @($rows | Where-Object { $_.pass -eq 'NO' }).Count
    "$($rows.Count) checks, $failed failed, $(@($rows | Where-Object { $_.pass -eq '-' }).Count) not run"
    $failed
}

# ---- names ----

# S-1-5-80- and the words of SHA-1 over the name in capitals.
function Get-ServiceSid([string] $Name) {
    $sha = [Security.Cryptography.SHA1]::Create()
    $digest = $sha.ComputeHash([Text.Encoding]::Unicode.GetBytes($Name.ToUpperInvariant()))
    $words = 0, 4, 8, 12, 16 | ForEach-Object { [BitConverter]::ToUInt32($digest, $_) }
    'S-1-5-80-' + ($words -join '-')
}

function Get-InstanceService([string] $Name) {
    if ($Name -eq 'MSSQLSERVER') { 'MSSQLSERVER' } else { 'MSSQL$' + $Name }
}

function Get-ServiceProcess([string] $Name) {
    [int] (Get-CimInstance -ClassName Win32_Service -Filter "Name='$Name'").ProcessId
}

function Get-AgentPath {
    if ($Agent -ne '') { return $Agent }
    $line = (Get-CimInstance -ClassName Win32_Service -Filter "Name='$serviceName'").PathName
    if ($line -match '^"([^"]+)"') { $Matches[1] } else { ($line -split ' ')[0] }
}

# What milink-agent prints, with its exit code.
function Invoke-Agent([string[]] $Arguments) {
    $start = New-Object Diagnostics.ProcessStartInfo
    $start.FileName = Get-AgentPath
    $start.Arguments = ($Arguments | ForEach-Object { if ($_ -match ' ') { '"' + $_ + '"' } else { $_ } }) -join ' '
    $start.UseShellExecute = $false
    $start.RedirectStandardError = $true
    $start.RedirectStandardOutput = $true
    $process = [Diagnostics.Process]::Start($start)
    $errors = $process.StandardError.ReadToEndAsync()
    $output = $process.StandardOutput.ReadToEndAsync()
    if (-not $process.WaitForExit(60000)) { $process.Kill(); return 'no end within a minute' }
    ('exit {0}: {1} {2}' -f $process.ExitCode, $output.Result.Trim(), $errors.Result.Trim()) -replace '\s+', ' '
}

# The first column of the last row of the last result set.
function Invoke-Sql([string] $Text) {
    $connection = New-Object Data.SqlClient.SqlConnection "Server=$SqlServer;Integrated Security=SSPI;Connect Timeout=10"
    try {
        $connection.Open()
        $command = $connection.CreateCommand()
        $command.CommandText = $Text
        $reader = $command.ExecuteReader()
        $last = 'no rows'
        do { while ($reader.Read()) { $last = [string] $reader[0] } } while ($reader.NextResult())
        $last
    } finally { $connection.Dispose() }
}

$versionBatch = 'DECLARE @rc int; EXEC @rc = master.dbo.xp_milink_version @quiet = 1; SELECT @rc;'

# ---- with the agent running ----

function Get-ExpectedSecurity([string[]] $Services) {
    $lines = @("owner $agentSid", "group $agentSid", 'protected True', 'deny 0x1f01ff S-1-5-2', 'deny 0x1f01ff S-1-5-7',
        "allow 0x1f01ff $agentSid", 'allow 0x1f01ff S-1-5-18', 'allow 0x12019b S-1-5-32-544')
    $lines += $Services | ForEach-Object { 'allow 0x12019b ' + (Get-ServiceSid $_) }
    $lines -join '; '
}

function Test-Running {
    $services = $Instance | ForEach-Object { Get-InstanceService $_ }
    $access = [MilinkPipe]::Read -bor [MilinkPipe]::Write

    Test-That 'the agent''s SID, computed' $agentSid { Get-ServiceSid $serviceName }
    Test-That 'the agent''s SID, as Windows has it' $agentSid {
        (New-Object Security.Principal.NTAccount "NT SERVICE\$serviceName").Translate([Security.Principal.SecurityIdentifier]).Value }
    foreach ($service in $services) {
        Test-That "the SID of $service, as Windows has it" (Get-ServiceSid $service) {
            (New-Object Security.Principal.NTAccount "NT SERVICE\$service").Translate([Security.Principal.SecurityIdentifier]).Value }
        Test-That "the service SID of $service is in its token" 'True' {
            [MilinkPipe]::SidsOfProcess((Get-ServiceProcess $service)) -contains (Get-ServiceSid $service) }
    }
    Test-That 'the service SID of the agent is in its token' 'True' {
        [MilinkPipe]::SidsOfProcess((Get-ServiceProcess $serviceName)) -contains $agentSid }

    Test-That 'owner and DACL of SQL Server''s pipe' (Get-ExpectedSecurity $services) { [MilinkPipe]::Security($xpPipe) -join '; ' }
    Test-That 'owner and DACL of the administrators'' pipe' (Get-ExpectedSecurity @()) { [MilinkPipe]::Security($adminPipe) -join '; ' }

    Test-That 'an administrator may call' 'answer 0' { [MilinkPipe]::Call($xpPipe, 'xp_milink_version', [MilinkPipe]::Identification) }
    Test-That 'an ordinary user may not open SQL Server''s pipe' 'error 5' { [MilinkPipe]::OpenAsOrdinary($xpPipe, $access) }
    Test-That 'an ordinary user may not open the administrators'' pipe' 'error 5' { [MilinkPipe]::OpenAsOrdinary($adminPipe, $access) }
    Test-That 'an ordinary user may not even look at it' 'error 5' { [MilinkPipe]::OpenAsOrdinary($xpPipe, [MilinkPipe]::ReadControl) }
    Test-That 'a client who hides is refused' 'answer 50569' { [MilinkPipe]::Call($xpPipe, 'xp_milink_version', [MilinkPipe]::Anonymous) }
    Test-That 'administrators'' verbs are unknown on SQL Server''s pipe' 'answer 50551' { [MilinkPipe]::Call($xpPipe, 'shutdown', [MilinkPipe]::Identification) }
    foreach ($pipe in 'milink\xp', 'milink\admin') {
        Test-That "the network has no way to $pipe" '/^error \d+$/' { [MilinkPipe]::Open("\\$env:COMPUTERNAME\pipe\$pipe", $access) }
    }
    Test-That 'an administrator may not serve under the name (no CREATE_PIPE_INSTANCE)' 'error 5' { [MilinkPipe]::TryMake($xpPipe, $false) }
    Test-That 'the same for the administrators'' pipe' 'error 5' { [MilinkPipe]::TryMake($adminPipe, $false) }
    Test-That 'the first instance is the first' 'error 5' { [MilinkPipe]::TryMake($xpPipe, $true) }
    Test-That 'the same for a name of our own' 'error 5' { [MilinkPipe]::MakeTwice() }
    Test-That 'one instance always listens: connections taken of 20 at a time' '20' { [MilinkPipe]::OpenMany($xpPipe, 20) }
    if ($SqlServer -ne '') { Test-That "SQL Server $SqlServer may call" '0' { Invoke-Sql $versionBatch } }
    else { Add-Row 'SQL Server may call' '0' 'not run: pass -SqlServer' '-' }
}

# ---- with the agent stopped ----

# What a server in the agent's place sees of whoever Call lets call it. Owned by Administrators: the client takes it for the agent.
function Test-Client([string] $Who, [string] $Sid, [scriptblock] $Call) {
    $squatter = New-Object 'MilinkPipe+Squatter' $xpPipe, 'BA'
    $job = $null
    try {
        $job = [powershell]::Create().AddScript($Call).AddArgument((Get-AgentPath)).AddArgument($SqlServer).AddArgument($versionBatch)
        $running = $job.BeginInvoke()
        $came = $squatter.Wait(30000)
        Test-That "SQOS level of $Who, as the server sees it" 'Identification' { if ($came) { $squatter.Level + $squatter.Failure } else { 'nobody called' } }
        if ($Sid -ne '') { Test-That "$Who shows the service SID" 'True' { $squatter.Sids -contains $Sid } }
    } finally {
        $squatter.Dispose()
        if ($job -ne $null) { [void] $running.AsyncWaitHandle.WaitOne(60000); $job.Dispose() }
    }
}

function Test-Stopped {
    $self = [Security.Principal.WindowsIdentity]::GetCurrent().User.Value
    $squatter = New-Object 'MilinkPipe+Squatter' $xpPipe, $self
    try {
        Test-That 'the client refuses a squatter, and names it' "/^exit 1: .*50503.*$self, process $PID/" { Invoke-Agent 'call', 'version' }
        Test-That 'the squatter heard no byte' '0' { if ($squatter.Wait(10000)) { $squatter.Heard } else { 'nobody came' } }
        Test-That 'the agent refuses to start beside a squatter' '/^exit 1: .*is taken \(Windows error 5\)/' { Invoke-Agent 'run', '--config', $Config }
        Test-That 'and so does the service' '/^(Stopped|StartPending)$/' {
            try { Start-Service $serviceName -ErrorAction Stop } catch { Write-Verbose $_ }
            (Get-Service $serviceName).Status }
    } finally { $squatter.Dispose() }
    Stop-Agent
    Test-Client 'milink-agent call' '' { param($agent) & $agent call version 2>&1 }
    if ($SqlServer -ne '') {
        $name = ($SqlServer -split '\\', 2) + 'MSSQLSERVER' | Select-Object -Index 1
        Test-Client 'SQL Server' (Get-ServiceSid (Get-InstanceService $name)) {
            param($agent, $server, $batch)
            $connection = New-Object Data.SqlClient.SqlConnection "Server=$server;Integrated Security=SSPI;Connect Timeout=10"
            $connection.Open()
            $command = $connection.CreateCommand()
            $command.CommandText = $batch
            [void] $command.ExecuteScalar()
            $connection.Dispose()
        }
    }
}

# Also its restart after a failure, which may be under way.
function Stop-Agent {
    Stop-Service $serviceName -ErrorAction SilentlyContinue
    (Get-Service $serviceName).WaitForStatus('Stopped', [TimeSpan]::FromSeconds(30))
}

# ---- all of it ----

$identity = [Security.Principal.WindowsIdentity]::GetCurrent()
$groups = @($identity.Groups | ForEach-Object { $_.Value })
Test-That 'this runs elevated' 'True' { (New-Object Security.Principal.WindowsPrincipal $identity).IsInRole([Security.Principal.WindowsBuiltInRole]::Administrator) }
Test-That 'this runs in a local session' 'True' { $groups -notcontains 'S-1-5-2' }
Test-That "the service $serviceName is running" 'Running' { (Get-Service $serviceName).Status }
if (@($rows | Where-Object { $_.pass -eq 'NO' }).Count -eq 0) {
    Test-Running
    if ($StopService) {
        try { Stop-Agent; Test-Stopped }
        catch { Add-Row 'the checks with the agent stopped' 'run to their end' $_.Exception.Message 'NO' }
        finally { Test-That 'the service runs again' 'Running' { Start-Service $serviceName; (Get-Service $serviceName).Status } }
    } else {
        Add-Row 'squatter, SQOS level and SID of the client' 'see -StopService' 'not run: pass -StopService' '-'
    }
}
$table = @(Show-Table)
$table[0..($table.Count - 2)]
exit [int] $table[-1]
