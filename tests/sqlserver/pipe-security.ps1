# SPDX-License-Identifier: MIT
<#
.SYNOPSIS
Shows on a real Windows what Wine does not enforce: who may open the agent's pipes, and what happens to who takes their name.
.DESCRIPTION
Run it elevated on a host where milink is installed and its service runs. It changes nothing, but with -Squat it stops the service, takes the name of its pipe,
tries to start it, and starts it again at the end: calls meanwhile are refused, operations under way go on afterwards.
.PARAMETER Instance
SQL Server instances of the configuration (sql_instances): MSSQLSERVER, or a name.
.PARAMETER Ordinary
An account of this host without rights; without it those two checks are left out, by name.
.PARAMETER Agent
milink-agent.exe; found through the service if it is not given.
.PARAMETER Squat
Also takes the pipe's name, as above.
.EXAMPLE
.\pipe-security.ps1 -Instance MSSQLSERVER, PROD -Ordinary (Get-Credential .\guest1) -Squat
.NOTES
Exit code: how many checks failed; 255 when it could not begin.
#>
[CmdletBinding()]
param(
    [string[]]$Instance = @('MSSQLSERVER'),
    [Management.Automation.PSCredential]$Ordinary,
    [string]$Agent,
    [switch]$Squat
)
Set-StrictMode -Version 2
$ErrorActionPreference = 'Stop'
$service = 'milink-agent'
$rows = New-Object System.Collections.ArrayList

function Add-Row([string]$Check, [string]$Expected, [string]$Seen, [bool]$Pass) {
    [void]$rows.Add([pscustomobject]@{ check = $Check; expected = $Expected; seen = $Seen; pass = $Pass })
}

# S-1-5-80- and the five words of SHA-1 over the name in capitals.
function Get-ServiceSid([string]$Name) {
    $hash = [Security.Cryptography.SHA1]::Create().ComputeHash([Text.Encoding]::Unicode.GetBytes($Name.ToUpperInvariant()))
    'S-1-5-80-' + ((0..4 | ForEach-Object { [BitConverter]::ToUInt32($hash, 4 * $_) }) -join '-')
}

Add-Type -TypeDefinition @'
using System;
using System.Runtime.InteropServices;
public static class MilinkPipe {
    [DllImport("kernel32.dll", CharSet = CharSet.Unicode, SetLastError = true)]
    static extern IntPtr CreateFileW(string name, uint access, uint share, IntPtr security, uint how, uint flags, IntPtr template);
    [DllImport("kernel32.dll")] static extern bool CloseHandle(IntPtr handle);
    [DllImport("kernel32.dll")] static extern IntPtr LocalFree(IntPtr block);
    [DllImport("advapi32.dll")]
    static extern uint GetSecurityInfo(IntPtr handle, int kind, uint what, IntPtr owner, IntPtr group, IntPtr dacl, IntPtr sacl, out IntPtr descriptor);
    [DllImport("advapi32.dll", CharSet = CharSet.Unicode, SetLastError = true)]
    static extern bool ConvertSecurityDescriptorToStringSecurityDescriptorW(IntPtr descriptor, uint revision, uint what, out IntPtr text, out uint length);
    // 0 and the pipe is closed again, or Windows' error.
    public static int TryOpen(string name, uint access) {
        IntPtr pipe = CreateFileW(name, access, 0, IntPtr.Zero, 3, 0, IntPtr.Zero);
        if (pipe == new IntPtr(-1)) return Marshal.GetLastWin32Error();
        CloseHandle(pipe);
        return 0;
    }
    public static string Sddl(string name) {
        IntPtr pipe = CreateFileW(name, 0x20000, 0, IntPtr.Zero, 3, 0, IntPtr.Zero), descriptor, text;
        uint length;
        if (pipe == new IntPtr(-1)) return "error " + Marshal.GetLastWin32Error();
        uint error = GetSecurityInfo(pipe, 6, 1 | 2 | 4, IntPtr.Zero, IntPtr.Zero, IntPtr.Zero, IntPtr.Zero, out descriptor);
        CloseHandle(pipe);
        if (error != 0) return "error " + error;
        if (!ConvertSecurityDescriptorToStringSecurityDescriptorW(descriptor, 1, 1 | 2 | 4, out text, out length)) return "error " + Marshal.GetLastWin32Error();
        string shown = Marshal.PtrToStringUni(text);
        LocalFree(text);
        LocalFree(descriptor);
        return shown;
    }
}
'@

$principal = New-Object Security.Principal.WindowsPrincipal ([Security.Principal.WindowsIdentity]::GetCurrent())
if (-not $principal.IsInRole([Security.Principal.WindowsBuiltInRole]::Administrator)) { Write-Host 'pipe-security: run it elevated'; exit 255 }
$found = Get-WmiObject Win32_Service -Filter "Name = '$service'"
if (-not $found -or $found.State -ne 'Running') { Write-Host "pipe-security: the service $service does not run"; exit 255 }
if (-not $Agent) { $Agent = [regex]::Match($found.PathName, '^"([^"]+)"').Groups[1].Value }

$sid = Get-ServiceSid $service
Add-Row 'path of the service is quoted' 'quoted' $found.PathName ($found.PathName.StartsWith('"'))
Add-Row 'account of the service' "NT SERVICE\$service" $found.StartName ($found.StartName -eq "NT SERVICE\$service")
foreach ($name in 'xp', 'admin') {
    $sddl = [MilinkPipe]::Sddl("\\.\pipe\milink\$name")
    $aces = [regex]::Matches($sddl, '\([^)]*\)') | ForEach-Object { $_.Value }
    Add-Row "$name owner" "O:$sid" $sddl.Split('D')[0] ($sddl.StartsWith("O:$sid"))
    Add-Row "$name protected" 'D:P' $sddl ($sddl.Contains('D:P'))
    foreach ($denied in 'NU', 'AN') { Add-Row "$name denies $denied" 'a deny entry' ($aces -join '') ([bool]($aces | Where-Object { $_.StartsWith('(D;') -and $_.EndsWith(";$denied)") })) }
    $clients = @($aces | Where-Object { $_.StartsWith('(A;') -and $_ -match 'S-1-5-80-' -and $_ -notmatch [regex]::Escape($sid) })
    $wanted = if ($name -eq 'xp') { $Instance.Count } else { 0 }
    Add-Row "$name entries of SQL Server" "$wanted" "$($clients.Count)" ($clients.Count -eq $wanted)
    if ($name -eq 'xp') {
        foreach ($one in $Instance) {
            $its = if ($one -eq 'MSSQLSERVER') { $one } else { "MSSQL`$$one" }
            $its = Get-ServiceSid $its
            Add-Row "xp admits $one" '0x12019b, no instances' ($clients -join '') ([bool]($clients | Where-Object { $_ -eq "(A;;0x12019b;;;$its)" }))
        }
    }
    $everyone = @($aces | Where-Object { $_ -match ';;;(WD|AU|BU|IU)\)' })
    Add-Row "$name admits no crowd" 'none' ($everyone -join '') ($everyone.Count -eq 0)
    $remote = [MilinkPipe]::TryOpen("\\$env:COMPUTERNAME\pipe\milink\$name", 3221225472)
    Add-Row "$name over the network's name" 'refused' "error $remote" ($remote -ne 0)
    try {
        $second = New-Object IO.Pipes.NamedPipeServerStream "milink\$name", 'InOut', -1
        $second.Dispose()
        Add-Row "$name second instance by an administrator" 'access denied' 'made' $false
    } catch { Add-Row "$name second instance by an administrator" 'access denied' $_.Exception.InnerException.Message ($_.Exception.InnerException -is [UnauthorizedAccessException]) }
    if ($Ordinary) {
        $code = Receive-Job -Wait -AutoRemoveJob (Start-Job -Credential $Ordinary -ArgumentList $name -ScriptBlock {
            param($name)
            try { $pipe = New-Object IO.Pipes.NamedPipeClientStream '.', "milink\$name", 'InOut'; $pipe.Connect(2000); $pipe.Dispose(); 'opened' } catch { $_.Exception.InnerException.GetType().Name }
        })
        Add-Row "$name by an ordinary account" 'UnauthorizedAccessException' "$code" ("$code" -eq 'UnauthorizedAccessException')
    } else { Write-Host "skip  $name by an ordinary account: no -Ordinary" }
}
$type = (& sc.exe qsidtype $service | Out-String)
Add-Row 'SID type' 'UNRESTRICTED' ($type -replace '\s+', ' ') ($type -match 'SERVICE_SID_TYPE:\s+UNRESTRICTED')
$rights = (& sc.exe qprivs $service | Out-String)
Add-Row 'privileges asked for' 'SeChangeNotifyPrivilege, SeImpersonatePrivilege' ($rights -replace '\s+', ' ') ($rights -match 'SeChangeNotifyPrivilege' -and @([regex]::Matches($rights, 'Se\w+Privilege')).Count -le 2)
$failure = (& sc.exe qfailureflag $service | Out-String)
Add-Row 'failure flag' 'TRUE' ($failure -replace '\s+', ' ') ($failure -match ':\s+TRUE')

if ($Squat) {
    Stop-Service $service
    $taken = New-Object IO.Pipes.NamedPipeServerStream 'milink\xp', 'InOut', 1, 'Byte', 'Asynchronous'
    try {
        $waiting = $taken.BeginWaitForConnection($null, $null)
        $said = (& $Agent call version 2>&1 | Out-String)
        # An administrator's pipe is as good as the agent's to who calls, so the squatter must be an ordinary account to be told apart: see -Ordinary.
        Add-Row 'a call while the name is taken' '50503, or no answer' ($said -replace '\s+', ' ') ($said -match '5050[1368]')
        try { Start-Service $service; Add-Row 'start while the name is taken' 'refused' 'started' $false }
        catch {
            $own = (Get-WmiObject Win32_Service -Filter "Name = '$service'").ServiceSpecificExitCode
            Add-Row 'start while the name is taken' 'refused, own code 3' "own code $own" ($own -eq 3)
        }
    } finally {
        $taken.Dispose()
        Start-Service $service
    }
    Add-Row 'start when it is free again' 'Running' (Get-Service $service).Status ((Get-Service $service).Status -eq 'Running')
} else { Write-Host 'skip  what happens to who takes the name: no -Squat' }

$rows | Format-Table -AutoSize -Wrap
$failed = @($rows | Where-Object { -not $_.pass }).Count
Write-Host "$($rows.Count - $failed) passed, $failed failed"
exit $failed
