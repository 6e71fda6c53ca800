function Update-AksEdgeSecretEncryption {
    <#
    .SYNOPSIS
    Rewrites the stored Secrets under the active key encryption key (KEK).

    .DESCRIPTION
    A rotation leaves each Secret under the key that was active when it was written last. This writes again what is stale, without
    reading a value, and ends with a scan as proof. It can be interrupted and run again. Runs "edgekms reencrypt".

    .PARAMETER SettingsFile
    Configuration file of EdgeKms, where it is not /etc/edgekms/edgekms.json.

    .OUTPUTS
    AKSEdge.SecretEncryption: the report of "edgekms reencrypt -o json".

    .EXAMPLE
    Update-AksEdgeSecretEncryption

    Rewrites all stale Secrets.

    .EXAMPLE
    Invoke-AksEdgeKmsRotation; Update-AksEdgeSecretEncryption

    Rotates, then brings every Secret under the new key.

    .LINK
    Invoke-AksEdgeKmsRotation
    #>
    [CmdletBinding(SupportsShouldProcess)]
    [OutputType('AKSEdge.SecretEncryption')]
    param(
        [ValidateNotNullOrEmpty()]
        [string] $SettingsFile
    )

    $arguments = @('reencrypt'; Get-FileOption $PSCmdlet '--config' $SettingsFile)
    $run = @{ Caller = $PSCmdlet; TypeName = 'AKSEdge.SecretEncryption' }
    Invoke-EdgeKmsChange $run $arguments 'the Secrets of this cluster' 'Write under the active key'
}
