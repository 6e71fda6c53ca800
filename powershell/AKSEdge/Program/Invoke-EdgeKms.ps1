# Runs "edgekms ARGUMENTS -o json" and returns what it printed, as an object.
#
# Terminal: edgekmsd asks for a passphrase on /dev/tty, which the child keeps; only the two output streams are read here.
# A line "edgekms: error:" with its "hint:" becomes a terminating error of the caller, "warning:" a warning, and what else
# comes on standard error is progress: it is shown by the host at once, as the published product shows its steps.
function Invoke-EdgeKms {
    param(
        # The public cmdlet: its streams are written to, and errors are its errors.
        [Parameter(Mandatory)] [System.Management.Automation.PSCmdlet] $Caller,
        [Parameter(Mandatory)] [string[]] $Arguments,
        [Parameter(Mandatory)] [string] $TypeName,
        # Written to standard input, for what must not be an argument.
        [object] $InputText,
        # Exit codes besides 0 that come with a report.
        [int[]] $ReportCodes = @()
    )

    $path = Find-EdgeKms
    if (-not $path) {
        $Caller.ThrowTerminatingError((New-EdgeKmsError -Id 'ProgramNotFound' -Category ObjectNotFound -Target 'edgekms' `
                    -Message 'edgekms was not found, neither beside the module AKSEdge nor on PATH' `
                    -Hint 'install EdgeKms'))
    }
    $start = [System.Diagnostics.ProcessStartInfo]::new($path)
    foreach ($argument in $Arguments + @('-o', 'json')) { $start.ArgumentList.Add($argument) }
    $start.RedirectStandardOutput = $true
    $start.RedirectStandardError = $true
    $start.RedirectStandardInput = $null -ne $InputText
    $utf8 = [System.Text.UTF8Encoding]::new($false)
    $start.StandardOutputEncoding = $utf8
    $start.StandardErrorEncoding = $utf8
    if ($start.RedirectStandardInput) { $start.StandardInputEncoding = $utf8 }
    $Caller.WriteVerbose("$path $($Arguments -join ' ')")

    $said = @{ error = ''; hint = '' }
    $process = $null
    try {
        $process = [System.Diagnostics.Process]::Start($start)
        $printed = $process.StandardOutput.ReadToEndAsync()
        if ($start.RedirectStandardInput) { Send-EdgeKmsInput $process $InputText }
        while ($null -ne ($line = Wait-EdgeKmsTask $process.StandardError.ReadLineAsync())) {
            if ($line -match '^edgekms: (error|hint): (.*)$') { $said[$Matches[1]] = $Matches[2] }
            elseif ($line -match '^edgekms: warning: (.*)$') { $Caller.WriteWarning($Matches[1]) }
            elseif ($line) { Write-EdgeKmsStep $Caller $line }
        }
        $output = Wait-EdgeKmsTask $printed
        $process.WaitForExit()
        $code = $process.ExitCode
    }
    catch [System.ComponentModel.Win32Exception] {
        $Caller.ThrowTerminatingError((New-EdgeKmsError -Id 'ProgramNotStarted' -Category OpenError -Target $path `
                    -Message "$path can't be started: $($_.Exception.Message)" `
                    -Hint 'check that it is a program for this machine and that you may run it'))
    }
    finally {
        # Stopped halfway: Ctrl-C has reached edgekms too, which restores the terminal's echo; a host's Stop has not.
        if ($process -and -not $process.HasExited -and -not $process.WaitForExit(5000)) { $process.Kill() }
        if ($process) { $process.Dispose() }
    }

    if ($code -ne 0 -and -not ($code -in $ReportCodes -and $output.Trim())) {
        $Caller.ThrowTerminatingError((ConvertTo-EdgeKmsError -ExitCode $code -Said $said -Command $Arguments[0]))
    }
    $report = ConvertFrom-EdgeKmsJson $output $TypeName
    if ($null -eq $report) {
        $Caller.ThrowTerminatingError((New-EdgeKmsError -Id 'NoReport' -Category InvalidData -Target $Arguments[0] `
                    -Message "edgekms $($Arguments[0]) printed no report" `
                    -Hint '"edgekms version" shows whether edgekms and edgekmsd match'))
    }
    $report
}

# A child that ends early breaks the pipe; its exit code says why.
function Send-EdgeKmsInput([System.Diagnostics.Process] $Process, [string] $Text) {
    try {
        $Process.StandardInput.Write($Text)
        $Process.StandardInput.Close()
    }
    catch [System.IO.IOException] { }
}

# Waits in short steps: between two of them the engine can stop the pipeline.
function Wait-EdgeKmsTask([System.Threading.Tasks.Task] $Task) {
    while (-not $Task.Wait(100)) { }
    $Task.Result
}

# Shown by the host, as Write-Host shows its text, and redirectable as stream 6.
function Write-EdgeKmsStep([System.Management.Automation.PSCmdlet] $Caller, [string] $Text) {
    $message = [System.Management.Automation.HostInformationMessage]::new()
    $message.Message = $Text
    $Caller.WriteInformation($message, [string[]]@('PSHOST'))
}
