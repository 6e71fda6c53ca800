# The module AKSEdge. It runs the program edgekms and turns what that prints into objects; it decides nothing about keys
# and holds no secret: edgekmsd asks for the passphrase on the terminal, past PowerShell.
#
# Nothing here uses a cmdlet of Microsoft.PowerShell.Utility or .Management, so that the module also works in a host that
# has only the engine.
Set-StrictMode -Version 3.0
$ErrorActionPreference = 'Stop'

foreach ($folder in 'Program', 'Deployment', 'Cmdlets') {
    foreach ($file in [System.IO.Directory]::GetFiles([System.IO.Path]::Combine($PSScriptRoot, $folder), '*.ps1')) {
        . $file
    }
}
