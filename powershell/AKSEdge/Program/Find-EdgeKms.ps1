# The path of edgekms: beside the module, else on PATH; null where there is none. A relative entry of PATH would run
# whatever lies in the current directory, and this runs as root.
function Find-EdgeKms {
    param()

    $folders = @($script:PSScriptRoot) + @("$env:PATH".Split(':') | Where-Object { $_.StartsWith('/') })
    foreach ($folder in $folders) {
        $path = [System.IO.Path]::Combine($folder, 'edgekms')
        if ([System.IO.File]::Exists($path) -and
            ([System.IO.File]::GetUnixFileMode($path) -band [System.IO.UnixFileMode]'UserExecute, GroupExecute, OtherExecute')) {
            return $path
        }
    }
}
