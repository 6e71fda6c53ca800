function Get-AksEdgeKms {
    <#
    .SYNOPSIS
    Shows the KMS provider: its state, its keys and when the next rotation is due.

    .DESCRIPTION
    An unhealthy or sealed provider is no error: the object says so, and a warning says what to run. Runs "edgekms status".

    .PARAMETER SettingsFile
    Configuration file of EdgeKms, where it is not /etc/edgekms/edgekms.json.

    .OUTPUTS
    AKSEdge.Kms: State, Healthy, ActiveKeyId, KeyAge (whole days), NextRotation, RotationOverdue, Keys, and the report of "edgekms
    status -o json": Version, ExitCode, Problem, Daemon, Ring, Sockets, SelfTest, Verdict (Case, Text, Ways). Dates are UTC.

    .EXAMPLE
    Get-AksEdgeKms

    Shows the state.

    .EXAMPLE
    (Get-AksEdgeKms).Keys | Where-Object State -eq 'retired'

    Lists the keys that were active before.

    .LINK
    Invoke-AksEdgeKmsRotation

    .LINK
    Repair-AksEdgeKms
    #>
    [CmdletBinding()]
    [OutputType('AKSEdge.Kms')]
    param(
        [ValidateNotNullOrEmpty()]
        [string] $SettingsFile
    )

    $arguments = @('status'; Get-FileOption $PSCmdlet '--config' $SettingsFile)
    # Every code but 0 that comes with a report tells the state of the provider.
    $kms = Invoke-EdgeKms -Caller $PSCmdlet -Arguments $arguments -TypeName 'AKSEdge.Kms' -ReportCodes (1..13)
    $keys = @(if ($kms.Ring) { $kms.Ring.Keys })
    foreach ($key in $keys) { $key.PSObject.TypeNames.Insert(0, 'AKSEdge.KmsKey') }
    $active = $keys | Where-Object State -eq 'active'
    $more = [ordered]@{
        Healthy         = $kms.ExitCode -eq 0
        ActiveKeyId     = if ($active) { $active.Id } else { $null }
        KeyAge          = if ($active) { [timespan]::FromDays([double]$active.AgeDays) } else { $null }
        NextRotation    = if ($kms.Ring) { $kms.Ring.NextRotation } else { $null }
        RotationOverdue = if ($kms.Ring) { $kms.Ring.RotationOverdue } else { $false }
        Keys            = $keys
    }
    foreach ($member in $more.GetEnumerator()) {
        $kms.PSObject.Properties.Add([System.Management.Automation.PSNoteProperty]::new($member.Key, $member.Value))
    }
    if ($kms.Problem) { $PSCmdlet.WriteWarning("$($kms.Problem.Text); $($kms.Problem.Hint)") }
    elseif (($verdict = $kms.PSObject.Properties['Verdict']) -and $verdict.Value -and $verdict.Value.Case -ne 'healthy') {
        $ways = @($verdict.Value.Ways | ForEach-Object { if ($_.Command) { "run `"$($_.Command)`": $($_.Why)" } else { $_.Why } })
        $PSCmdlet.WriteWarning((@($verdict.Value.Text) + $ways) -join '; ')
    }
    $kms
}
