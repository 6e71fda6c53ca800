function Get-AksEdgeDeploymentInfo {
    <#
    .SYNOPSIS
    Shows what was chosen when the deployment was created, and the state of its KMS provider.

    .DESCRIPTION
    Reads the record that New-AksEdgeDeployment has left on this machine. Needs root.

    .PARAMETER Root
    Read the record of the image that is mounted at this directory; it has no running provider to ask.

    .PARAMETER SettingsFile
    Configuration file of EdgeKms, where it is not /etc/edgekms/edgekms.json.

    .OUTPUTS
    AKSEdge.DeploymentInfo: Kms (whether the KMS plugin is on), Target, ProductVersion, and Status, the object of Get-AksEdgeKms;
    null for an image, for a deployment without the plugin, and where the state can't be had, which a warning explains.

    .EXAMPLE
    Get-AksEdgeDeploymentInfo

    .EXAMPLE
    if ((Get-AksEdgeDeploymentInfo).Kms) { 'Secrets are encrypted' }

    .LINK
    New-AksEdgeDeployment
    #>
    [CmdletBinding()]
    [OutputType('AKSEdge.DeploymentInfo')]
    param(
        [ValidateNotNullOrEmpty()]
        [string] $Root,

        [ValidateNotNullOrEmpty()]
        [string] $SettingsFile
    )

    $base = if ($Root) { $PSCmdlet.GetUnresolvedProviderPathFromPSPath($Root) } else { '/' }
    $info = Read-DeploymentRecord $PSCmdlet $base
    $status = $null
    if ($info.Kms -and -not $Root) {
        try {
            $settings = if ($SettingsFile) { @{ SettingsFile = $SettingsFile } } else { @{} }
            $status = Get-AksEdgeKms @settings
        }
        catch { $PSCmdlet.WriteWarning($_.Exception.Message) }
    }
    $info.PSObject.Properties.Add([System.Management.Automation.PSNoteProperty]::new('Status', $status))
    $info
}
