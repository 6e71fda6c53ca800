# Puts a copy of Source at Path with mode 0600, in one step: a temporary file, flushed, renamed. The content passes from
# stream to stream; it holds the administrator's client key.
function Write-KubeConfig([string] $Source, [string] $Path) {
    $folder = [System.IO.Path]::GetDirectoryName($Path)
    $null = [System.IO.Directory]::CreateDirectory($folder, [System.IO.UnixFileMode]'UserRead, UserWrite, UserExecute')
    $temporary = [System.IO.Path]::Combine($folder, ".config.$([System.IO.Path]::GetRandomFileName())")
    $options = [System.IO.FileStreamOptions]@{
        Mode           = 'CreateNew'
        Access         = 'Write'
        UnixCreateMode = [System.IO.UnixFileMode]'UserRead, UserWrite'
    }
    try {
        $from = [System.IO.File]::OpenRead($Source)
        try {
            $to = [System.IO.FileStream]::new($temporary, $options)
            try {
                $from.CopyTo($to)
                $to.Flush($true)
            }
            finally { $to.Dispose() }
        }
        finally { $from.Dispose() }
        [System.IO.File]::Move($temporary, $Path, $true)
    }
    finally { [System.IO.File]::Delete($temporary) } # no fault where it is gone
}

# Whether two files hold the same bytes.
function Test-SameContent([string] $One, [string] $Other) {
    $hashes = foreach ($path in $One, $Other) {
        $stream = [System.IO.File]::OpenRead($path)
        try { [System.Convert]::ToHexString([System.Security.Cryptography.SHA256]::HashData([System.IO.Stream]$stream)) }
        finally { $stream.Dispose() }
    }
    $hashes[0] -eq $hashes[1]
}
