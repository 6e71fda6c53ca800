function Test-AksEdgeDeployment {
    <#
    .SYNOPSIS
    Checks that the cluster's Secrets are encrypted by this provider.

    .DESCRIPTION
    Returns true when every check passed, else false, with each failed check as a warning; -Verbose shows all checks. Runs "edgekms
    verify".

    .PARAMETER SettingsFile
    Configuration file of EdgeKms, where it is not /etc/edgekms/edgekms.json.

    .OUTPUTS
    System.Boolean

    .EXAMPLE
    Test-AksEdgeDeployment

    .EXAMPLE
    if (-not (Test-AksEdgeDeployment -Verbose)) { Get-AksEdgeLogs }

    Shows each check, and collects logs where one failed.

    .LINK
    Get-AksEdgeLogs
    #>
    [CmdletBinding()]
    [OutputType([bool])]
    param(
        [ValidateNotNullOrEmpty()]
        [string] $SettingsFile
    )

    $arguments = @('verify'; Get-FileOption $PSCmdlet '--config' $SettingsFile)
    $report = Invoke-EdgeKms -Caller $PSCmdlet -Arguments $arguments -TypeName 'AKSEdge.Verification' -ReportCodes 13
    foreach ($check in $report.Checks) {
        $text = "$($check.Name): $($check.Outcome)"
        if ($check.Detail) { $text += ": $($check.Detail)" }
        if ($check.Outcome -ne 'failed') {
            $PSCmdlet.WriteVerbose($text)
            continue
        }
        if ($check.Cause) { $text += "; cause: $($check.Cause)" }
        if ($check.Next) { $text += "; next: $($check.Next)" }
        $PSCmdlet.WriteWarning($text)
    }
    $report.Failed -eq 0
}
