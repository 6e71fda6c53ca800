function New-AksEdgeDeployment {
    <#
    .SYNOPSIS
    Gives a single-node cluster the KMS provider, from a deployment file.

    .DESCRIPTION
    Reads aksedge-config.json and, where Init.KmsPlugin.Enable says so, writes the provider's files and points the cluster to
    them. Running it twice changes nothing the second time; a failure takes back what was done. The KMS plugin is chosen when
    a deployment is created and can't be changed afterwards. Runs "edgekms deploy" and needs root.

    .PARAMETER JsonConfigFilePath
    The deployment file.

    .PARAMETER JsonConfigString
    The content of a deployment file. It goes to edgekms on standard input, so that a client secret in it is not seen in the
    list of processes; PowerShell's own history and logs may keep what is typed here, so a file is better.

    .PARAMETER Target
    What the cluster is: k3s, kubeadm or local; without it, what is found on the machine.

    .PARAMETER Root
    Work on the image that is mounted at this directory instead of this machine.

    .PARAMETER SettingsFile
    Configuration file of EdgeKms, where it is not /etc/edgekms/edgekms.json.

    .PARAMETER Force
    Don't ask for confirmation.

    .OUTPUTS
    AKSEdge.Deployment: Kms, Target, Reason, Files (Path, State), Next (commands that are left to run), DryRun. With -WhatIf
    the same, of what would be done.

    .EXAMPLE
    New-AksEdgeDeployment -JsonConfigFilePath ./aksedge-config.json -WhatIf

    Shows each file that would be written or changed.

    .EXAMPLE
    New-AksEdgeDeployment -JsonConfigFilePath ./aksedge-config.json -Force

    Deploys without a question.

    .LINK
    Get-AksEdgeDeploymentInfo

    .LINK
    Remove-AksEdgeDeployment
    #>
    [CmdletBinding(DefaultParameterSetName = 'File', SupportsShouldProcess, ConfirmImpact = 'High')]
    [OutputType('AKSEdge.Deployment')]
    param(
        [Parameter(Mandatory, ParameterSetName = 'File', Position = 0)]
        [ValidateNotNullOrEmpty()]
        [string] $JsonConfigFilePath,

        [Parameter(Mandatory, ParameterSetName = 'String')]
        [ValidateNotNullOrEmpty()]
        [string] $JsonConfigString,

        [ValidateSet('k3s', 'kubeadm', 'local')]
        [string] $Target,

        [ValidateNotNullOrEmpty()]
        [string] $Root,

        [ValidateNotNullOrEmpty()]
        [string] $SettingsFile,

        [switch] $Force
    )

    $isString = $PSCmdlet.ParameterSetName -eq 'String'
    $arguments = @(
        'deploy'
        if ($isString) { '--config=-' } else { Get-FileOption $PSCmdlet '--config' $JsonConfigFilePath }
        if ($Target) { "--target=$Target" }
        Get-FileOption $PSCmdlet '--root' $Root
        Get-FileOption $PSCmdlet '--settings' $SettingsFile
    )
    $run = @{
        Caller    = $PSCmdlet
        TypeName  = 'AKSEdge.Deployment'
        InputText = if ($isString) { $JsonConfigString } else { $null }
    }
    if ($Force) { $ConfirmPreference = 'None' }
    $machine = if ($Root) { "the image at $Root" } else { 'this machine' }
    Invoke-EdgeKmsChange $run $arguments $machine 'Deploy the KMS provider'
}
