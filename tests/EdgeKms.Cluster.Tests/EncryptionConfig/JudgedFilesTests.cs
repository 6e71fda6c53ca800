using System.Globalization;
using System.Text;
using EdgeKms.Cluster.EncryptionConfig;
using EdgeKms.Cluster.Tests.Judge;
using EdgeKms.Cluster.Tests.Migrate;
using EdgeKms.Contract.Failures;

namespace EdgeKms.Cluster.Tests.EncryptionConfig;

/// <summary>
/// Texts that are nearly configurations: what this program takes, kube-apiserver's own code takes as well and reads the same; and
/// what that takes, this program takes, but for forms that it says it doesn't read.
/// </summary>
public sealed class JudgedFilesTests
{
    private static readonly string[] s_values =
    [
        "0s",
        "3",
        "-1s",
        "1m30s",
        "\"\"",
        "null",
        "~",
        "no",
        "yes",
        "n",
        "12",
        "0x1f",
        "1_000",
        "1e3",
        ".5",
        ".inf",
        "2024-01-01",
        "{}",
        "[]",
        "[secrets]",
        "Secrets",
        "secrets.",
        "'*.'",
        "'*.*'",
        "'*'",
        "v1",
        "v2",
        "v3",
        "a:b",
        "tcp://x",
        "unix://a b/c",
        "unix:///%zz",
        "unix://h:80/x",
        "unix:/x",
        "UNIX:///x",
        "YWJj",
        "YWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWE=",
        "YWFh YWFh",
        "!!str 12",
        "!!int 12",
        "\"a\\tb\"",
        "'it''s'",
        "|",
        ">-",
        "&a x",
        "*a",
        "events.events.k8s.io",
        "apiserveripinfo",
        "x.extensions",
        "secrets.*",
        "İ",
    ];

    private static readonly string[] s_lines =
    [
        "cachesize: 1000",
        "cachesize: 0",
        "cachesize: -5",
        "cachesize: 1.5",
        "timeout: 0s",
        "metadata: {}",
        "identity: {}",
        "- identity: {}",
        "- identity:",
        "kms: {}",
        "apiVersion: v2",
        "name: x",
        "#",
        "# comment",
        "---",
        "...",
        "%YAML 1.1",
        "\tname: x",
        "? a",
        "<<: {}",
        "- aesgcm: {keys: []}",
        "- {}",
        "-",
        "endpoint: unix:///x",
        "kind: EncryptionConfig",
        "keys:",
        "secret: >-",
        "  YWJj",
    ];

    [Fact]
    public void Read_TextsThatAreNearlyRight_AsKubernetesReadsThem()
    {
        using var judge = EncryptionJudge.Start();
        var count = int.Parse(
            Environment.GetEnvironmentVariable("EDGEKMS_TEXTS") ?? "4000",
            CultureInfo.InvariantCulture
        );
        var different = new List<string>();
        for (var seed = 0; seed < count; seed++)
        {
            var random = new Random(seed);
            var text = Mutated(random, GeneratedConfiguration.Make(random, "/run/a.sock", "/run/b.sock"));
            var (judged, ours) = (judge.Check(text, kmsV1: true), Ours(text));
            if (
                judged.Error is null
                && ours.Error?.Contains("not read by this program", StringComparison.Ordinal) == true
            )
                continue;
            var what =
                $"seed {seed}\njudge: {judged.Error ?? judged.Model!.ToString()}\nours: {ours.Error ?? ours.Model}\n{Encoding.UTF8.GetString(text)}";
            if (
                (judged.Error is null) != (ours.Error is null)
                || (judged.Model is { } model && Model(model) != ours.Model)
            )
                different.Add(what);
        }
        Assert.True(different.Count == 0, $"{different.Count} differ\n{string.Join("\n\n", different.Take(3))}");
    }

    private static (string? Error, string? Model) Ours(byte[] text)
    {
        try
        {
            var file = EncryptionFile.Parse(text, "file");
            return (file.Refusal(), string.Join("; ", file.Entries.Select(Text)));
        }
        catch (CommandException e)
        {
            Assert.Equal(ExitCode.Usage, e.ExitCode);
            return (e.Message, null);
        }
    }

    private static string Text(ConfiguredEntry entry) =>
        $"{string.Join(' ', entry.Resources)}: {string.Join(", ", entry.Providers.Select(p =>
            p.IsKms ? $"kms {p.Name} {p.ApiVersion} {p.Endpoint} {p.CacheSize}"
            : p.IsIdentity ? "identity"
            : $"{p.Kind} {string.Join(' ', p.Keys.Select(k => k.Name))}"))}";

    private static string Model(JudgedModel model) =>
        string.Join(
            "; ",
            model.Entries.Select(e =>
                $"{string.Join(' ', e.Resources)}: {string.Join(", ", e.Providers.Select(p =>
                    p.Kms is { } kms ? $"kms {kms.Name} {kms.ApiVersion} {kms.Endpoint} {(kms.ApiVersion == "v1" && kms.CacheSize == 1000 ? null : kms.CacheSize)}"
                    : p.Kind == "identity" ? "identity"
                    : $"{p.Kind} {string.Join(' ', p.Keys.Select(k => k.Name))}"))}"
            )
        );

    private static byte[] Mutated(Random random, byte[] bytes)
    {
        var text = Encoding.UTF8.GetString(bytes);
        for (var i = random.Next(4); i > 0; i--)
        {
            var lines = text.Split('\n').ToList();
            var at = random.Next(lines.Count);
            switch (random.Next(8))
            {
                case 0:
                    lines.RemoveAt(at);
                    break;
                case 1:
                    lines.Insert(at, lines[random.Next(lines.Count)]);
                    break;
                case 2 or 3:
                    var indent = lines[at].Length - lines[at].TrimStart().Length;
                    lines.Insert(at, new string(' ', indent) + s_lines[random.Next(s_lines.Length)]);
                    break;
                case 4:
                    lines[at] =
                        random.Next(2) == 0 ? " " + lines[at]
                        : lines[at].Length > 0 ? lines[at][1..]
                        : "";
                    break;
                default:
                    var colon = lines[at].IndexOf(": ", StringComparison.Ordinal);
                    if (colon >= 0)
                        lines[at] = lines[at][..(colon + 2)] + s_values[random.Next(s_values.Length)];
                    break;
            }
            text = string.Join('\n', lines);
            if (random.Next(20) == 0 && text.Length > 0)
                text = text.Remove(random.Next(text.Length), 1);
        }
        return Encoding.UTF8.GetBytes(text);
    }
}
