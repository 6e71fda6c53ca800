@{
    RootModule           = 'AKSEdge.psm1'
    # The version of EdgeKms (Directory.Build.props); a test compares them.
    ModuleVersion        = '0.1.0'
    GUID                 = '2dd8413d-4355-4816-9ad7-ae7058af7d1f'
    Author               = 'The EdgeKms authors'
    CompanyName          = 'The EdgeKms authors'
    Copyright            = 'The EdgeKms authors'
    Description          = 'Deploys, watches and repairs the Kubernetes KMS provider EdgeKms, with the cmdlets of AKS Edge Essentials. Runs the program edgekms.'
    CompatiblePSEditions = @('Core')
    # 7.5 is the first whose error view shows the recommended action: edgekms says there what to run.
    PowerShellVersion    = '7.5'
    FormatsToProcess     = @('AKSEdge.Format.ps1xml')
    FunctionsToExport    = @(
        'Get-AksEdgeDeploymentInfo'
        'Get-AksEdgeKms'
        'Get-AksEdgeKubeConfig'
        'Get-AksEdgeLogs'
        'Invoke-AksEdgeKmsRotation'
        'New-AksEdgeDeployment'
        'Remove-AksEdgeDeployment'
        'Repair-AksEdgeKms'
        'Test-AksEdgeDeployment'
        'Update-AksEdgeSecretEncryption'
    )
    CmdletsToExport      = @()
    VariablesToExport    = @()
    AliasesToExport      = @()
    PrivateData          = @{
        PSData = @{
            Tags       = @('Kubernetes', 'KMS', 'encryption', 'k3s', 'kubeadm', 'Linux')
            LicenseUri = 'https://www.apache.org/licenses/LICENSE-2.0'
        }
    }
}
