namespace EdgeKms.EndToEnd.Tests.Cluster;

/// <summary>The programs of tests/testbed.</summary>
internal static class Testbed
{
    /// <summary>The bin folder; null where the test bed isn't prepared.</summary>
    internal static string? Bin { get; } = Find();

    internal static string Program(string name) => Path.Combine(Bin!, name);

    /// <summary>Skips the test where there is no test bed.</summary>
    internal static void Require() =>
        Assert.SkipUnless(Bin is not null, "needs the test bed: run tests/testbed/prepare.sh, or set EDGEKMS_K8S_BIN");

    /// <summary>Skips the test where the test bed lacks a program that is optional in it.</summary>
    internal static void Require(string program)
    {
        Require();
        Assert.SkipUnless(
            File.Exists(Program(program)),
            $"needs {program}: run tests/testbed/prepare.sh, with WITH_120=1 for kube-apiserver-1.20.2"
        );
    }

    private static string? Find()
    {
        var folder = Environment.GetEnvironmentVariable("EDGEKMS_K8S_BIN");
        if (string.IsNullOrEmpty(folder))
        {
            var cache = Environment.GetEnvironmentVariable("XDG_CACHE_HOME");
            if (string.IsNullOrEmpty(cache))
                cache = Path.Combine(Environment.GetEnvironmentVariable("HOME") ?? "/root", ".cache");
            folder = Path.Combine(cache, "edgekms", "testbed", "bin");
        }
        string[] needed = ["etcd", "etcdctl", "kubectl", "kube-apiserver-lite"];
        return needed.All(p => File.Exists(Path.Combine(folder, p))) ? folder : null;
    }
}
