# "--name=/full/path" for edgekms, or nothing where the parameter wasn't given. PowerShell's current location is not the
# process's, so a relative path has to be completed here.
function Get-FileOption([System.Management.Automation.PSCmdlet] $Caller, [string] $Name, [string] $Path) {
    if ($Path) { "$Name=$($Caller.GetUnresolvedProviderPathFromPSPath($Path))" }
}
