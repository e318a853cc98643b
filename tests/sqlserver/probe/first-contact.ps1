# SPDX-License-Identifier: MIT
<#
.SYNOPSIS
Asks a real SQL Server what stand-ins cannot tell, and writes the answers into one Markdown file.
.DESCRIPTION
Runs probe.sql, then what takes two sessions: a time limit, KILL and DBCC (FREE) during a call, and a job step of SQL Server Agent. With -Milink it runs
first-contact.sql too, which needs milink-install.sql and a running agent. At the end it removes the probe. It changes no database of yours and no link.
The probe's DLL must lie where SQL Server's account can read it and nobody but administrators can write.
.PARAMETER Server
The instance, as sqlcmd takes it: . or HOST\NAME.
.PARAMETER Dll
Full path of xp_milink_probe.dll on the server.
.PARAMETER Listener
A listener of a contained availability group, if there is one: is an extended procedure of master seen through it?
.PARAMETER Milink
Run first-contact.sql as well.
.PARAMETER Out
The file to write; first-contact-SERVER.md here if it is not given.
.EXAMPLE
.\first-contact.ps1 -Server . -Dll 'C:\Program Files\milink-probe\xp_milink_probe.dll'
.NOTES
Exit code 0: every question has an answer. 1: some have none; the file says which. 2: it could not begin.
#>
[CmdletBinding()]
param(
    [string]$Server = '.',
    [Parameter(Mandatory = $true)][string]$Dll,
    [string]$Listener,
    [switch]$Milink,
    [string]$Out
)
Set-StrictMode -Version 2
$ErrorActionPreference = 'Stop'
$here = Split-Path -Parent $MyInvocation.MyCommand.Path
if (-not $Out) { $Out = "first-contact-$($Server -replace '[^A-Za-z0-9]', '_').md" }
$answers = New-Object System.Collections.ArrayList
$missing = 0

function Add-Answer([string]$Question, [string]$Setting, [string]$Answer) {
    [void]$answers.Add([pscustomobject]@{ Question = $Question; Setting = $Setting; Answer = $Answer })
    Write-Host ('{0,-10} {1}: {2}' -f $Question, $Setting, $Answer)
}

# sqlcmd with Windows authentication; its exit code and all it printed.
function Invoke-Sql([string[]]$Arguments, [string]$At = $Server) {
    $text = & sqlcmd -S $At -E -C -I -W -w 65535 -s '|' @Arguments 2>&1 | Out-String
    [pscustomobject]@{ Code = $LASTEXITCODE; Text = $text.Trim() }
}

# A second session that calls the probe's wait; stopped with the script.
function Start-Wait([int]$Seconds, [string[]]$More) {
    Start-Job -ArgumentList $Server, $Seconds, $More -ScriptBlock {
        param($Server, $Seconds, $More)
        $clock = [Diagnostics.Stopwatch]::StartNew()
        $text = & sqlcmd -S $Server -E -C -H milink-probe -Q "EXEC master.dbo.xp_milink_probe_wait $Seconds;" @More 2>&1 | Out-String
        '{0:n1} s; {1}' -f $clock.Elapsed.TotalSeconds, ($text.Trim() -replace '\s+', ' ')
    }
}

function Wait-Session {
    for ($try = 0; $try -lt 100; $try++) {
        $found = Invoke-Sql @('-h', '-1', '-Q', "SET NOCOUNT ON; SELECT s.session_id FROM sys.dm_exec_sessions AS s JOIN sys.dm_exec_requests AS r ON r.session_id = s.session_id WHERE s.host_name = N'milink-probe';")
        if ($found.Text -match '^\d+$') { return [int]$found.Text }
        Start-Sleep -Milliseconds 100
    }
    return 0
}

function Receive-Wait($Job) {
    if (-not (Wait-Job $Job -Timeout 150)) { Stop-Job $Job; return 'still waiting after 150 s' }
    (Receive-Job $Job | Out-String).Trim()
}

# One question that takes two sessions: what is done to the waiting one, and how its call ends.
function Test-Disturbed([string]$Name, [scriptblock]$Disturb) {
    $job = Start-Wait 30 @()
    $session = Wait-Session
    if ($session -eq 0) { $script:missing++; Add-Answer 'wait' $Name 'NO ANSWER: the waiting session was not seen'; return }
    $clock = [Diagnostics.Stopwatch]::StartNew()
    $said = & $Disturb $session
    $took = $clock.Elapsed.TotalSeconds
    Add-Answer 'wait' $Name ('the statement took {0:n1} s: {1}; the call: {2}' -f $took, ($said -replace '\s+', ' '), (Receive-Wait $job))
}

if (-not (Get-Command sqlcmd -ErrorAction SilentlyContinue)) { Write-Host 'first-contact: sqlcmd is not there; it comes with the command line utilities of SQL Server'; exit 2 }
$sql = (Get-Content -Raw -Encoding UTF8 (Join-Path $here 'probe.sql')).Replace('C:\milink-probe\xp_milink_probe.dll', $Dll.Replace("'", "''"))
$script = Join-Path ([IO.Path]::GetTempPath()) ('milink-probe-{0}.sql' -f [Guid]::NewGuid())
[IO.File]::WriteAllText($script, $sql, (New-Object Text.UTF8Encoding $true))
try {
    $ran = Invoke-Sql @('-i', $script, '-o', "$script.out")
} finally {
    Remove-Item $script
}
$read = Invoke-Sql @('-h', '-1', '-Q', "SET NOCOUNT ON; SELECT Question + N'|' + REPLACE(Setting, N'|', N'/') + N'|' + REPLACE(REPLACE(REPLACE(ISNULL(Answer, N'NULL'), N'|', N'/'), NCHAR(13), N' '), NCHAR(10), N' ') FROM tempdb.dbo.milink_probe ORDER BY AnswerId;")
if ($read.Code -ne 0 -or -not $read.Text) {
    Write-Host "first-contact: probe.sql left no answers (sqlcmd: exit code $($ran.Code)). What it printed: $script.out"
    Write-Host $read.Text
    exit 2
}
Remove-Item "$script.out" -ErrorAction SilentlyContinue
foreach ($line in $read.Text -split "`r?`n") {
    $part = $line -split '\|', 3
    if ($part.Count -eq 3) { Add-Answer $part[0] $part[1] $part[2] }
}

Add-Answer 'wait' 'time limit of 3 s in the client (sqlcmd -t 3)' (Receive-Wait (Start-Wait 30 @('-t', '3')))
Test-Disturbed 'KILL' { param($session) (Invoke-Sql @('-Q', "KILL $session;")).Text }
Test-Disturbed 'DBCC xp_milink_probe (FREE) during a call' { param($session) (Invoke-Sql @('-Q', 'DBCC xp_milink_probe (FREE);')).Text }

$job = @"
DECLARE @Id uniqueidentifier;
EXEC msdb.dbo.sp_add_job @job_name = N'milink-probe', @job_id = @Id OUTPUT;
EXEC msdb.dbo.sp_add_jobstep @job_id = @Id, @step_name = N'probe', @subsystem = N'TSQL', @database_name = N'master',
    @command = N'EXEC master.dbo.xp_milink_probe_message 10, 0; EXEC master.dbo.xp_milink_probe_message 16, 7;';
EXEC msdb.dbo.sp_add_jobserver @job_id = @Id;
EXEC msdb.dbo.sp_start_job @job_id = @Id;
"@
$started = Invoke-Sql @('-b', '-Q', $job)
if ($started.Code -ne 0) { Add-Answer 'job' 'a step of SQL Server Agent' "not started: $($started.Text)" }
else {
    $outcome = ''
    for ($try = 0; $try -lt 60 -and -not $outcome; $try++) {
        Start-Sleep -Seconds 1
        $outcome = (Invoke-Sql @('-h', '-1', '-Q', "SET NOCOUNT ON; SELECT N'run status ' + CONVERT(nvarchar(11), h.run_status) + N': ' + h.message FROM msdb.dbo.sysjobhistory AS h JOIN msdb.dbo.sysjobs AS j ON j.job_id = h.job_id WHERE j.name = N'milink-probe' AND h.step_id = 1;")).Text
    }
    if (-not $outcome) { $missing++; $outcome = 'NO ANSWER: the step has no history after 60 s' }
    Add-Answer 'job' 'a step whose procedure sends severity 16 and returns 7' ($outcome -replace '\s+', ' ')
}
[void](Invoke-Sql @('-Q', "IF EXISTS (SELECT 1 FROM msdb.dbo.sysjobs WHERE name = N'milink-probe') EXEC msdb.dbo.sp_delete_job @job_name = N'milink-probe';"))

if ($Listener) {
    $seen = Invoke-Sql @('-h', '-1', '-Q', 'SET NOCOUNT ON; EXEC master.dbo.xp_milink_probe_message 10, 0;') $Listener
    Add-Answer 'contained' "through the listener $Listener" $seen.Text
}
if ($Milink) {
    $first = Invoke-Sql @('-i', (Join-Path $here '..\first-contact.sql'))
    foreach ($line in $first.Text -split "`r?`n") {
        $part = $line -split '\|', 4
        if ($part.Count -eq 4 -and $part[0] -match '^\d+$') { Add-Answer 'milink' $part[2] "$($part[1]): $($part[3])" }
    }
}
$removed = Invoke-Sql @('-b', '-i', (Join-Path $here 'remove.sql'))
if ($removed.Code -ne 0) { Write-Host "first-contact: remove.sql failed; run it by hand: $($removed.Text)" }

$page = @("# First contact with $Server", '', "Taken $((Get-Date).ToUniversalTime().ToString('yyyy-MM-ddTHH:mm:ssZ')), without an answer: $missing.", '', '| question | setting | answer |', '|---|---|---|')
$page += $answers | ForEach-Object { '| {0} | {1} | {2} |' -f $_.Question, $_.Setting, ($_.Answer -replace '\|', '/') }
[IO.File]::WriteAllLines([IO.Path]::GetFullPath((Join-Path (Get-Location) $Out)), [string[]]$page, (New-Object Text.UTF8Encoding $false))
Write-Host "written: $Out"
if ($missing -gt 0) { exit 1 }
exit 0
