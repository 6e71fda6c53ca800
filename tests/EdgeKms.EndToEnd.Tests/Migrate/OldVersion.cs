using System.Text;
using System.Text.RegularExpressions;
using EdgeKms.EndToEnd.Tests.Cluster;

namespace EdgeKms.EndToEnd.Tests.Migrate;

/// <summary>
/// A stand-in for the metrics of Kubernetes 1.27 to 1.33 (kube-apiserver, options/encryptionconfig/metrics): those of the API server of
/// the test bed, in the names and labels of the older version. Counts, times and the start of the process are real.
/// </summary>
internal static partial class OldVersion
{
    private const string Prefix = "apiserver_encryption_config_controller_";

    /// <param name="api">The API server.</param>
    /// <param name="minor">27 to 33.</param>
    internal static ApiFront InFrontOf(ApiServer api, int minor) =>
        new(api)
        {
            After = (path, answer) =>
                path switch
                {
                    "/metrics" => answer with { Body = Changed(answer.Body, t => Metrics(t, minor)) },
                    "/version" => answer with { Body = Changed(answer.Body, t => Version(t, minor)) },
                    _ => answer,
                },
        };

    private static byte[] Changed(byte[] body, Func<string, string> change) =>
        Encoding.UTF8.GetBytes(change(Encoding.UTF8.GetString(body)));

    private static string Metrics(string text, int minor)
    {
        var lines = text.Split('\n')
            .Where(l => !l.StartsWith("kubernetes_build_info", StringComparison.Ordinal))
            .ToList();
        var own = lines.Where(l => l.Contains(Prefix, StringComparison.Ordinal)).ToList();
        var others = lines.Where(l => !l.Contains(Prefix, StringComparison.Ordinal) && l.Length > 0);
        own.RemoveAll(l => l.Contains("last_config_info", StringComparison.Ordinal));
        IEnumerable<string> old = minor switch
        {
            <= 27 => [],
            28 => From28(own),
            29 => own.Where(l => !l.StartsWith('#')).Select(WithoutStatus),
            30 => own.Concat(own.Where(l => !l.StartsWith('#')).Where(IsTotal).Select(WithoutStatus)),
            _ => own,
        };
        var build = $"kubernetes_build_info{{git_version=\"v1.{minor}.9\",major=\"1\",minor=\"{minor}\"}} 1";
        return string.Join('\n', [.. others, .. old, build, ""]);
    }

    /// <summary>Counters from the start, none with the id of the API server.</summary>
    private static IEnumerable<string> From28(List<string> own)
    {
        var samples = own.Where(l => !l.StartsWith('#'))
            .Select(WithoutStatus)
            .Select(l => Id().Replace(l, ""))
            .ToList();
        foreach (var counter in new[] { "automatic_reload_success_total", "automatic_reload_failures_total" })
        {
            if (!samples.Exists(s => s.StartsWith(Prefix + counter, StringComparison.Ordinal)))
                samples.Add($"{Prefix}{counter} 0");
        }
        return samples.Select(s => s.Replace("{}", "", StringComparison.Ordinal));
    }

    private static bool IsTotal(string line) =>
        line.StartsWith(Prefix + "automatic_reloads_total", StringComparison.Ordinal);

    /// <summary>Two counters, where newer ones have one with a label.</summary>
    private static string WithoutStatus(string line)
    {
        if (!IsTotal(line))
            return line;
        var isSuccess = line.Contains("status=\"success\"", StringComparison.Ordinal);
        return Status()
            .Replace(line, "")
            .Replace(
                "automatic_reloads_total",
                isSuccess ? "automatic_reload_success_total" : "automatic_reload_failures_total",
                StringComparison.Ordinal
            );
    }

    private static string Version(string text, int minor) =>
        GitVersion().Replace(text, $"\"gitVersion\": \"v1.{minor}.9\"");

    [GeneratedRegex("""apiserver_id_hash="[^"]*",?""")]
    private static partial Regex Id();

    [GeneratedRegex(""",?status="[^"]*",?""")]
    private static partial Regex Status();

    [GeneratedRegex(
        """
            "gitVersion": "[^"]*"
            """
    )]
    private static partial Regex GitVersion();
}
