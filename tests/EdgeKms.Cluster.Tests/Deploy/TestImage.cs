using EdgeKms.Cluster.Deploy;
using EdgeKms.Cluster.Deploy.Config;
using EdgeKms.Cluster.Deploy.Files;
using EdgeKms.Cluster.Deploy.Units;
using EdgeKms.Contract.Settings;

namespace EdgeKms.Cluster.Tests.Deploy;

/// <summary>An image root in a directory of its own.</summary>
internal sealed class TestImage : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("edgekms-image-").FullName;

    internal TestImage(string? copyOf = null)
    {
        if (copyOf is null || !Directory.Exists(copyOf))
            return;
        foreach (var (path, text) in Tree(copyOf))
            Put(path, text);
    }

    internal List<string> Steps { get; } = [];

    /// <summary>Called before each step is noted.</summary>
    internal Action<string> OnStep { get; set; } = static _ => { };

    internal string At(string path) => _root + path;

    internal void Put(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(At(path))!);
        File.WriteAllText(At(path), text);
    }

    internal string Text(string path) => File.ReadAllText(At(path));

    /// <summary>Every file by its path in the image.</summary>
    internal SortedDictionary<string, string> Files() => Tree(_root);

    internal static SortedDictionary<string, string> Tree(string root) =>
        new(
            Directory
                .EnumerateFiles(root, "*", SearchOption.AllDirectories)
                .ToDictionary(f => f[root.Length..], File.ReadAllText),
            StringComparer.Ordinal
        );

    internal Task<DeploymentResult> Deploy(
        DeploymentTarget? target,
        string json = """{ "Init": { "KmsPlugin": { "Enable": true } } }""",
        bool dryRun = false,
        string product = "1.12.269.0",
        CancellationToken cancellation = default
    )
    {
        var root = new ImageRoot(_root);
        var file = At(SettingTable.DefaultFile);
        var settings = new EdgeKmsSettings(
            File.Exists(file) ? SettingsFile.Read(file) : new Dictionary<string, string>(StringComparer.Ordinal),
            new Dictionary<string, string>(StringComparer.Ordinal)
        );
        var unit = new ProviderUnit(settings, "/usr/bin/edgekmsd", []);
        var provider = new ProviderWait(settings.KmsSocket, TimeSpan.Zero, TimeProvider.System);
        var deployment = new Deployment(
            unit,
            root,
            new Activation(root, units: null, provider, apiServer: null, Step),
            () => Task.CompletedTask,
            Step
        );
        return deployment.RunAsync(DeploymentFile.ReadText(json), target, Version.Parse(product), dryRun, cancellation);
    }

    internal Task<DeploymentResult> Remove(string? reason = null, CancellationToken cancellation = default)
    {
        var root = new ImageRoot(_root);
        var provider = new ProviderWait("/run/edgekms/kms.sock", TimeSpan.Zero, TimeProvider.System);
        var activation = new Activation(root, units: null, provider, apiServer: null, Step);
        var removal = new Removal(root, activation, TimeProvider.System);
        return removal.RunAsync(removal.Target()!.Value, reason, dryRun: false, cancellation);
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private void Step(string text)
    {
        OnStep(text);
        Steps.Add(text);
    }
}
