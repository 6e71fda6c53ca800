using EdgeKms.EndToEnd.Tests.Processes;

namespace EdgeKms.PowerShell.Tests.Programs;

/// <summary>The root of a k3s machine with EdgeKms installed, and a deployment file.</summary>
internal sealed class MachineImage : IDisposable
{
    private readonly PrivateDirectory _directory = new();

    internal MachineImage()
    {
        Directory.CreateDirectory(_directory.At("root", "etc", "rancher", "k3s"));
        Directory.CreateDirectory(_directory.At("root", "usr", "bin"));
        File.WriteAllText(_directory.At("root", "usr", "bin", "edgekmsd"), "");
        File.WriteAllText(ConfigFile, Config);
    }

    internal const string Config = """
        { "DeploymentType": "SingleMachineCluster", "Init": { "KmsPlugin": { "Enable": true } } }
        """;

    internal string Root => _directory.At("root");

    internal string ConfigFile => _directory.At("aksedge-config.json");

    internal string Record => At("etc", "edgekms", "deployment.json");

    internal string At(params string[] names) => _directory.At(["root", .. names]);

    internal string Beside(string name) => _directory.At(name);

    internal IReadOnlyList<string> Files =>
        [.. Directory.EnumerateFiles(Root, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];

    /// <summary>Says that a deployment was made.</summary>
    internal void Recorded(string target)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Record)!);
        File.WriteAllText(Record, $$"""{ "kms": true, "target": "{{target}}", "productVersion": "1.12.269.0" }""");
    }

    public void Dispose() => _directory.Dispose();
}
