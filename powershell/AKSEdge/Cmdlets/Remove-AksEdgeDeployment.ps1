function Remove-AksEdgeDeployment {
    <#
    .SYNOPSIS
    Removes the KMS provider from the cluster.

    .DESCRIPTION
    Takes back what New-AksEdgeDeployment did. Refuses (error EdgeKmsRefused) while stored objects are still encrypted with
    this provider, since nobody could read them afterwards. Runs "edgekms remove" and needs root.

    .PARAMETER Force
    Don't ask for confirmation. It does not give up encrypted objects: that is AcceptLoss.

    .PARAMETER AcceptLoss
    Remove although stored objects are encrypted with this provider: nobody can read them until it is
    deployed again. The reason that is given here is kept in /etc/edgekms/removed.json.

    .PARAMETER Root
    Work on the image that is mounted at this directory instead of this machine.

    .PARAMETER SettingsFile
    Configuration file of EdgeKms, where it is not /etc/edgekms/edgekms.json.

    .OUTPUTS
    AKSEdge.Deployment: Files (Path, State), Next (commands that are left to run), DryRun. With -WhatIf the same, of what
    would be done.

    .EXAMPLE
    Remove-AksEdgeDeployment -WhatIf

    Shows what would be removed.

    .EXAMPLE
    Remove-AksEdgeDeployment -Force

    Removes without a question; refuses while Secrets need the provider.

    .LINK
    New-AksEdgeDeployment
    #>
    [CmdletBinding(SupportsShouldProcess, ConfirmImpact = 'High')]
    [OutputType('AKSEdge.Deployment')]
    param(
        [switch] $Force,

        [ValidateNotNullOrEmpty()]
        [string] $AcceptLoss,

        [ValidateNotNullOrEmpty()]
        [string] $Root,

        [ValidateNotNullOrEmpty()]
        [string] $SettingsFile
    )

    $arguments = @(
        'remove'
        if ($AcceptLoss) { '--force'; "--reason=$AcceptLoss" }
        Get-FileOption $PSCmdlet '--root' $Root
        Get-FileOption $PSCmdlet '--settings' $SettingsFile
    )
    if ($Force) { $ConfirmPreference = 'None' }
    $machine = if ($Root) { "the image at $Root" } else { 'this machine' }
    $action = if ($AcceptLoss) { 'Remove the KMS provider and lose what is encrypted with it' } else { 'Remove the KMS provider' }
    Invoke-EdgeKmsChange @{ Caller = $PSCmdlet; TypeName = 'AKSEdge.Deployment' } $arguments $machine $action
}
