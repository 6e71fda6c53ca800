function Repair-AksEdgeKms {
    <#
    .SYNOPSIS
    Finds and mends what keeps the KMS provider from opening its keys.

    .DESCRIPTION
    For a machine that was off for long, lost its node token or has damaged files. Works on local files alone, without the API
    server, and is harmless when run twice. Where the administrator's credential is needed, edgekmsd asks for it on the
    terminal; it does not pass through PowerShell. Runs "edgekms repair" and needs root.

    .PARAMETER PassphraseFile
    Read the administrator passphrase from the first line of this file, which others may not read, instead of asking.

    .PARAMETER RecoveryCodeFile
    Read the recovery code from this file instead of using the passphrase.

    .PARAMETER AcceptRollback
    Carry on from an older key ring than this machine has used: Secrets that were written since stay unreadable. The reason
    that is given here goes into the audit log.

    .PARAMETER SettingsFile
    Configuration file of EdgeKms, where it is not /etc/edgekms/edgekms.json.

    .OUTPUTS
    AKSEdge.KmsRepair: Findings, Plan, Actions, Warnings, DryRun, DaemonReloaded. With -WhatIf findings and plan alone.

    .EXAMPLE
    Repair-AksEdgeKms

    Repairs, and asks for the passphrase where it is needed.

    .EXAMPLE
    Repair-AksEdgeKms -WhatIf

    Shows what would be done.

    .LINK
    Get-AksEdgeKms
    #>
    [CmdletBinding(DefaultParameterSetName = 'Ask', SupportsShouldProcess)]
    [OutputType('AKSEdge.KmsRepair')]
    param(
        [Parameter(Mandatory, ParameterSetName = 'Passphrase')]
        [ValidateNotNullOrEmpty()]
        [string] $PassphraseFile,

        [Parameter(Mandatory, ParameterSetName = 'RecoveryCode')]
        [ValidateNotNullOrEmpty()]
        [string] $RecoveryCodeFile,

        [ValidateNotNullOrEmpty()]
        [string] $AcceptRollback,

        [ValidateNotNullOrEmpty()]
        [string] $SettingsFile
    )

    $arguments = @(
        'repair'
        Get-FileOption $PSCmdlet '--passphrase-file' $PassphraseFile
        Get-FileOption $PSCmdlet '--recovery-code-file' $RecoveryCodeFile
        if ($AcceptRollback) { "--accept-rollback=$AcceptRollback" }
        Get-FileOption $PSCmdlet '--config' $SettingsFile
    )
    $run = @{ Caller = $PSCmdlet; TypeName = 'AKSEdge.KmsRepair' }
    $report = Invoke-EdgeKmsChange $run $arguments 'the key ring of this machine' 'Repair'
    if (-not $report) { return }
    foreach ($warning in $report.Warnings) { $PSCmdlet.WriteWarning($warning) }
    $report
}
