function Get-AksEdgeKubeConfig {
    <#
    .SYNOPSIS
    Copies the cluster's administrator kubeconfig to where kubectl looks for it.

    .DESCRIPTION
    Writes the file with mode 0600. A file that is already there with other content is replaced only after a question, since it
    may belong to another cluster and no copy is kept. Needs root.

    .PARAMETER KubeConfigPath
    The directory that gets the file "config"; ~/.kube by default.

    .PARAMETER Root
    Take the kubeconfig of the image that is mounted at this directory.

    .PARAMETER Force
    Replace a file with other content without a question.

    .OUTPUTS
    System.IO.FileInfo

    .EXAMPLE
    Get-AksEdgeKubeConfig

    Writes ~/.kube/config.

    .EXAMPLE
    Get-AksEdgeKubeConfig -KubeConfigPath ./edge -Force; kubectl --kubeconfig ./edge/config get nodes

    .LINK
    Get-AksEdgeDeploymentInfo
    #>
    [CmdletBinding(SupportsShouldProcess)]
    [OutputType([System.IO.FileInfo])]
    param(
        [Parameter(Position = 0)]
        [ValidateNotNullOrEmpty()]
        [string] $KubeConfigPath = [System.IO.Path]::Combine([System.Environment]::GetFolderPath('UserProfile'), '.kube'),

        [ValidateNotNullOrEmpty()]
        [string] $Root,

        [switch] $Force
    )

    $base = if ($Root) { $PSCmdlet.GetUnresolvedProviderPathFromPSPath($Root) } else { '/' }
    $target = (Read-DeploymentRecord $PSCmdlet $base).Target
    $source = @{
        k3s     = 'etc/rancher/k3s/k3s.yaml'
        kubeadm = 'etc/kubernetes/admin.conf'
        local   = 'var/lib/edgekms-local/kubeconfig'
    }[$target]
    $source = if ($source) { [System.IO.Path]::Combine($base, $source) }
    if (-not [System.IO.File]::Exists($source)) {
        $PSCmdlet.ThrowTerminatingError((New-EdgeKmsError -Id 'NoKubeConfig' -Category ObjectNotFound -Target $target `
                    -Message "the kubeconfig of this $target cluster was not found$(if ($source) { " at $source" })" `
                    -Hint 'start the cluster once, and run this as root'))
    }
    $path = [System.IO.Path]::Combine($PSCmdlet.GetUnresolvedProviderPathFromPSPath($KubeConfigPath), 'config')
    try {
        $isThere = [System.IO.File]::Exists($path)
        $isSame = $isThere -and (Test-SameContent $source $path)
        $isPrivate = $isThere -and [System.IO.File]::GetUnixFileMode($path) -eq [System.IO.UnixFileMode]'UserRead, UserWrite'
        if (-not ($isSame -and $isPrivate)) {
            if (-not $PSCmdlet.ShouldProcess($path, 'Write the kubeconfig')) { return }
            $question = "$path has other content, which is lost. Replace it?"
            if ($isThere -and -not $isSame -and -not $Force -and
                -not $PSCmdlet.ShouldContinue($question, 'Replace the kubeconfig')) { return }
            Write-KubeConfig $source $path
        }
    }
    catch [System.IO.IOException], [System.UnauthorizedAccessException] {
        $PSCmdlet.ThrowTerminatingError((New-EdgeKmsError -Id 'Io' -Category WriteError -Target $path `
                    -Message "the kubeconfig can't be written to ${path}: $($_.Exception.GetBaseException().Message)" `
                    -Hint 'name a directory that you may write to with -KubeConfigPath'))
    }
    [System.IO.FileInfo]::new($path)
}
