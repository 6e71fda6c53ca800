function Get-AksEdgeLogs {
    <#
    .SYNOPSIS
    Collects logs and state of the KMS provider in a zip file, without anything secret.

    .DESCRIPTION
    For support. Runs "edgekms logs".

    .PARAMETER OutputPath
    The zip file, or an existing directory that gets aksedge-logs-DATE.zip. Without it, the current location.

    .PARAMETER SettingsFile
    Configuration file of EdgeKms, where it is not /etc/edgekms/edgekms.json.

    .OUTPUTS
    AKSEdge.Logs: File, Bytes, Entries (the names in the zip file).

    .EXAMPLE
    Get-AksEdgeLogs -OutputPath ./logs.zip

    .EXAMPLE
    (Get-AksEdgeLogs).Entries

    Writes a file in the current location and lists what is in it.

    .LINK
    Test-AksEdgeDeployment
    #>
    [CmdletBinding(SupportsShouldProcess, ConfirmImpact = 'Low')]
    [OutputType('AKSEdge.Logs')]
    param(
        [Parameter(Position = 0)]
        [ValidateNotNullOrEmpty()]
        [string] $OutputPath = '.',

        [ValidateNotNullOrEmpty()]
        [string] $SettingsFile
    )

    $path = $PSCmdlet.GetUnresolvedProviderPathFromPSPath($OutputPath)
    if ([System.IO.Directory]::Exists($path)) {
        $date = [datetime]::UtcNow.ToString('ddMMyy-HHmm', [System.Globalization.CultureInfo]::InvariantCulture)
        $path = [System.IO.Path]::Combine($path, "aksedge-logs-$date.zip")
    }
    if (-not $PSCmdlet.ShouldProcess($path, 'Write logs')) { return }
    $arguments = @('logs'; "--output=$path"; Get-FileOption $PSCmdlet '--config' $SettingsFile)
    Invoke-EdgeKms -Caller $PSCmdlet -Arguments $arguments -TypeName 'AKSEdge.Logs'
}
