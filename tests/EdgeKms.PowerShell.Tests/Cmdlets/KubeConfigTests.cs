using EdgeKms.PowerShell.Tests.Engine;
using EdgeKms.PowerShell.Tests.Programs;

namespace EdgeKms.PowerShell.Tests.Cmdlets;

public sealed class KubeConfigTests : IDisposable
{
    private const string Content = "client-key-data: canary\n";
    private const string Get = "Get-AksEdgeKubeConfig -KubeConfigPath $folder -Root $root";

    private readonly MachineImage _image = new();
    private readonly Session _session = new();

    private string Folder => _image.Beside("kube");

    private string Written => Path.Combine(Folder, "config");

    public void Dispose()
    {
        _session.Dispose();
        _image.Dispose();
    }

    private ScriptResult Run(string script) => _session.Run(script, ("folder", Folder), ("root", _image.Root));

    private void Deployed(string target, params string[] path)
    {
        _image.Recorded(target);
        Directory.CreateDirectory(Path.GetDirectoryName(_image.At(path))!);
        File.WriteAllText(_image.At(path), Content);
    }

    private void K3s() => Deployed("k3s", "etc", "rancher", "k3s", "k3s.yaml");

    private void Present(string content)
    {
        Directory.CreateDirectory(Folder);
        File.WriteAllText(Written, content);
    }

    [Theory]
    [InlineData("k3s", "etc/rancher/k3s/k3s.yaml")]
    [InlineData("kubeadm", "etc/kubernetes/admin.conf")]
    [InlineData("local", "var/lib/edgekms-local/kubeconfig")]
    public void KubeConfig_OfEachTarget_IsCopiedForItsOwnerAlone(string target, string path)
    {
        Deployed(target, path.Split('/'));

        var result = Run(Get);

        Assert.Equal(Written, ((FileInfo)result.Value).FullName);
        Assert.Equal(Content, File.ReadAllText(Written));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Written));
        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute,
            File.GetUnixFileMode(Folder)
        );
        Assert.Equal(["config"], Directory.GetFiles(Folder).Select(Path.GetFileName));
    }

    [Theory]
    [InlineData("Yes", Content)]
    [InlineData("No", "of another cluster")]
    public void KubeConfig_OtherContent_IsReplacedAfterAQuestion(string answer, string expected)
    {
        K3s();
        Present("of another cluster");
        _session.WillAnswer(answer);

        Assert.Empty(Run(Get).Errors);

        Assert.Contains("other content, which is lost", Assert.Single(_session.Questions), StringComparison.Ordinal);
        Assert.Equal(expected, File.ReadAllText(Written));
    }

    [Fact]
    public void KubeConfig_NobodyAnswers_IsKept()
    {
        K3s();
        Present("of another cluster");

        Assert.Single(Run(Get).Errors);
        Assert.Equal("of another cluster", File.ReadAllText(Written));
    }

    [Fact]
    public void KubeConfig_Force_AsksNothing()
    {
        K3s();
        Present("of another cluster");

        Assert.Empty(Run($"{Get} -Force").Errors);

        Assert.Empty(_session.Questions);
        Assert.Equal(Content, File.ReadAllText(Written));
    }

    [Fact]
    public void KubeConfig_SameContent_IsLeftButForItsMode()
    {
        K3s();
        Present(Content);
        File.SetUnixFileMode(Written, (UnixFileMode)0b110_100_100);

        Assert.Equal(Written, ((FileInfo)Run(Get).Value).FullName);

        Assert.Empty(_session.Questions);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Written));
    }

    [Fact]
    public void KubeConfig_WhatIf_WritesNothing()
    {
        K3s();

        Assert.Empty(Run($"{Get} -WhatIf").Errors);

        Assert.False(Directory.Exists(Folder));
        Assert.Contains($"on target \"{Written}\"", _session.Screen, StringComparison.Ordinal);
    }

    [Fact]
    public void KubeConfig_ClusterWithoutOne_IsAnError()
    {
        _image.Recorded("k3s");

        var error = Run(Get).Error;

        Assert.Equal("EdgeKmsNoKubeConfig,Get-AksEdgeKubeConfig", error.FullyQualifiedErrorId);
        Assert.Contains("k3s.yaml", error.Exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void KubeConfig_WhereNothingWasDeployed_IsAnError() =>
        Assert.Equal("EdgeKmsNotDeployed,Get-AksEdgeKubeConfig", Run(Get).Error.FullyQualifiedErrorId);

    [Fact]
    public void KubeConfig_FolderThatIsAFile_IsAnErrorWithANextStep()
    {
        K3s();
        File.WriteAllText(Folder, "");

        var error = Run(Get).Error;

        Assert.Equal("EdgeKmsIo,Get-AksEdgeKubeConfig", error.FullyQualifiedErrorId);
        Assert.NotEmpty(error.ErrorDetails.RecommendedAction);
    }
}
