# Runs a command that changes something: asked for first; with -WhatIf as a dry run, of which each file or step that is
# not yet as it should be becomes one of PowerShell's "What if:" lines. Both preferences are the calling cmdlet's, whose
# scope encloses this one.
function Invoke-EdgeKmsChange([hashtable] $Run, [string[]] $Arguments, [string] $Target, [string] $Action) {
    if (-not $WhatIfPreference) {
        if ($Run.Caller.ShouldProcess($Target, $Action)) { Invoke-EdgeKms @Run -Arguments $Arguments }
        return
    }
    $report = Invoke-EdgeKms @Run -Arguments ($Arguments + '--dry-run')
    $names = $report.PSObject.Properties.Name
    $steps = @(
        if ('Files' -in $names) {
            foreach ($file in $report.Files | Where-Object State -ne 'unchanged') {
                $verb = switch ($file.State) { 'new' { 'Create' } 'removed' { 'Remove' } default { 'Change' } }
                , ($file.Path, $verb)
            }
        }
        elseif ('Plan' -in $names) { foreach ($step in $report.Plan) { , ($Target, $step) } }
        else { , ($Target, $Action) }
    )
    foreach ($step in $steps) { $null = $Run.Caller.ShouldProcess($step[0], $step[1]) }
    $report
}
