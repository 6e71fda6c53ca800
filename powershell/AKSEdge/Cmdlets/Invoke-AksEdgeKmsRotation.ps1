function Invoke-AksEdgeKmsRotation {
    <#
    .SYNOPSIS
    Makes a new key encryption key (KEK) active now.

    .DESCRIPTION
    The provider rotates by itself every 30 days; this does it at once. The old keys stay, so everything that is stored stays
    readable; Update-AksEdgeSecretEncryption rewrites it under the new key. Where the node token does not open the key ring,
    edgekmsd asks for the passphrase on the terminal. Runs "edgekms rotate" and needs root.

    .PARAMETER PassphraseFile
    Read the administrator passphrase from the first line of this file, which others may not read, instead of asking.

    .PARAMETER SettingsFile
    Configuration file of EdgeKms, where it is not /etc/edgekms/edgekms.json.

    .OUTPUTS
    AKSEdge.KmsRotation: RingId, OldKeyId, NewKeyId, Generation, Backup, Warnings, DryRun, DaemonReloaded.

    .EXAMPLE
    Invoke-AksEdgeKmsRotation

    Rotates, and returns the old and the new key id.

    .EXAMPLE
    Invoke-AksEdgeKmsRotation -WhatIf

    Names the key that would be retired.

    .LINK
    Update-AksEdgeSecretEncryption
    #>
    [CmdletBinding(SupportsShouldProcess)]
    [OutputType('AKSEdge.KmsRotation')]
    param(
        [ValidateNotNullOrEmpty()]
        [string] $PassphraseFile,

        [ValidateNotNullOrEmpty()]
        [string] $SettingsFile
    )

    $arguments = @(
        'rotate'
        Get-FileOption $PSCmdlet '--passphrase-file' $PassphraseFile
        Get-FileOption $PSCmdlet '--config' $SettingsFile
    )
    $run = @{ Caller = $PSCmdlet; TypeName = 'AKSEdge.KmsRotation' }
    $report = Invoke-EdgeKmsChange $run $arguments 'the key ring of this machine' 'Make a new key active'
    if (-not $report) { return }
    foreach ($warning in $report.Warnings) { $PSCmdlet.WriteWarning($warning) }
    $report
}
