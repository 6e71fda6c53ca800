# What the exit codes of edgekms (docs/reference/command-line.md) are as PowerShell errors. The name is the end of the
# error id: FullyQualifiedErrorId "EdgeKmsSealed,Repair-AksEdgeKms".
$script:EdgeKmsExitCodes = @{
    1   = 'Failed', 'NotSpecified'
    2   = 'Usage', 'InvalidArgument'
    3   = 'Refused', 'InvalidOperation'
    4   = 'Credential', 'AuthenticationError'
    5   = 'Sealed', 'ResourceUnavailable'
    6   = 'NoRing', 'ObjectNotFound'
    7   = 'Damaged', 'InvalidData'
    8   = 'Io', 'WriteError'
    9   = 'Permission', 'PermissionDenied'
    10  = 'Busy', 'ResourceBusy'
    11  = 'Unreachable', 'ConnectionError'
    12  = 'Upgrade', 'NotInstalled'
    13  = 'Unhealthy', 'InvalidResult'
    130 = 'Interrupted', 'OperationStopped'
}

# What edgekms said as it failed.
function ConvertTo-EdgeKmsError([int] $ExitCode, [hashtable] $Said, [string] $Command) {
    $id, $category = $script:EdgeKmsExitCodes[$ExitCode]
    $message = $Said.error
    $hint = $Said.hint
    if ($ExitCode -eq 2 -and $message -eq "unrecognized command or argument '$Command'") {
        $id, $category = 'CommandMissing', 'NotImplemented'
        $message = "the installed edgekms has no command `"$Command`""
        $hint = 'upgrade EdgeKms: "edgekms version" shows what is installed'
    }
    if (-not $id) { $id, $category = "Exit$ExitCode", 'NotSpecified' }
    if (-not $message) { $message = "edgekms $Command failed with exit code $ExitCode" }
    New-EdgeKmsError -Id $id -Category $category -Target $Command -Message $message -Hint $hint
}

# An error with a recommended action.
function New-EdgeKmsError {
    param(
        [string] $Id,
        [System.Management.Automation.ErrorCategory] $Category,
        [object] $Target,
        [string] $Message,
        [string] $Hint
    )

    $failure = [System.InvalidOperationException]::new($Message)
    $record = [System.Management.Automation.ErrorRecord]::new($failure, "EdgeKms$Id", $Category, $Target)
    $record.ErrorDetails = [System.Management.Automation.ErrorDetails]::new($Message)
    $record.ErrorDetails.RecommendedAction = $Hint
    $record
}
