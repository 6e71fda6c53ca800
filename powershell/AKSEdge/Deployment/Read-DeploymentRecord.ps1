# What "edgekms deploy" has recorded on this machine, or in the image at Root: Kms, Target, ProductVersion. It is no
# secret; an error of the caller where nothing was deployed.
function Read-DeploymentRecord([System.Management.Automation.PSCmdlet] $Caller, [string] $Root) {
    $path = [System.IO.Path]::Combine($Root, 'etc/edgekms/deployment.json')
    $problem = $null
    try {
        $record = ConvertFrom-EdgeKmsJson ([System.IO.File]::ReadAllText($path)) 'AKSEdge.DeploymentInfo'
        if ($record -and $record.PSObject.Properties['Kms'] -and $record.PSObject.Properties['Target']) { return $record }
        $problem = New-EdgeKmsError -Id 'Damaged' -Category InvalidData -Target $path `
            -Message "$path, the record of this deployment, is damaged" `
            -Hint 'compare it with what is deployed; remove it only if nothing is'
    }
    catch {
        $failure = $_.Exception.GetBaseException()
        $problem = if ($failure -is [System.IO.FileNotFoundException] -or $failure -is [System.IO.DirectoryNotFoundException]) {
            New-EdgeKmsError -Id 'NotDeployed' -Category ObjectNotFound -Target $path `
                -Message 'nothing was deployed here' `
                -Hint 'New-AksEdgeDeployment -JsonConfigFilePath aksedge-config.json'
        }
        else {
            New-EdgeKmsError -Id 'Permission' -Category PermissionDenied -Target $path `
                -Message "$path can't be read: $($failure.Message)" `
                -Hint 'run PowerShell as root: sudo pwsh'
        }
    }
    $Caller.ThrowTerminatingError($problem)
}
