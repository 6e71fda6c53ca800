using EdgeKms.Cli.Scan;
using EdgeKms.Cluster.Writers;
using EdgeKms.Contract.Scan;

namespace EdgeKms.Cli.Tests.Scan;

/// <summary>What is stored and who writes now: the next command. A re-encryption under another writer would move nothing to ours.</summary>
public sealed class ScanVerdictTests : IDisposable
{
    private const string Own = "kms: { name: edgekms, apiVersion: v2, endpoint: unix:///k }";
    private const string Other = "kms: { name: other, apiVersion: v2, endpoint: unix:///k }";
    private const string Aes = "aescbc: { keys: [{ name: k, secret: AAAAAAAAAAAAAAAAAAAAAA== }] }";
    private const string Identity = "identity: {}";
    private const string Reencrypt = "next: edgekms reencrypt";
    private const string NotKnown =
        "next: edgekms migrate --to kms --encryption-config FILE (FILE: what kube-apiserver's --encryption-provider-config names); "
        + "where kube-apiserver writes with provider \"edgekms\" already: edgekms reencrypt";

    private readonly TemporaryDirectory _directory = new();

    private string ConfigurationFile => Path.Combine(_directory.Path, "the file.yaml");

    public void Dispose() => _directory.Dispose();

    /// <summary>States of Secrets, the first provider for them or none or a file that isn't known, what is next.</summary>
    public static TheoryData<string, string?, string?> Rows =>
        new()
        {
            { "active", Own, null },
            { "active", Aes, null },
            { "stale", Own, Reencrypt },
            { "stale", Identity, "M" },
            { "stale", Aes, "M" },
            { "stale", null, Reencrypt },
            { "plain", Own, Reencrypt },
            { "plain", Identity, "M" },
            { "plain", "", "add secrets to " },
            { "plain", null, NotKnown },
            { "foreign", Own, Reencrypt },
            { "foreign", Aes, "M" },
            { "foreign", Other, "M" },
            { "foreign", null, NotKnown },
            { "foreign stale plain", Aes, "M" },
            { "undecided", Aes, "M" },
            { "kms-v1", Other, "R" },
            { "kms-v1 foreign", Own, "R" },
            { "unreadable foreign", Aes, ScanVerdict.LookForTheKey },
        };

    [Theory]
    [MemberData(nameof(Rows))]
    public void Next_WhatIsStoredAndWhoWrites_NamesTheCommandThatHelps(string states, string? first, string? next)
    {
        var configured = ConfiguredWriters.Unknown("edgekms");
        if (first is not null)
        {
            Write(first);
            configured = ConfiguredWriters.Read(ConfigurationFile, "edgekms");
        }
        var migrate = $"edgekms migrate --to kms --encryption-config '{ConfigurationFile}'";
        var said = ScanVerdict.Next(Report(states.Split(' ')), configured);
        if (next?.StartsWith("add ", StringComparison.Ordinal) == true)
            Assert.StartsWith($"next: {next}{ConfigurationFile}, as an entry", said);
        else
        {
            Assert.Equal(
                next switch
                {
                    "M" => $"next: {migrate}",
                    "R" => $"next: give the provider another name (providerName in edgekms.json), then \"{migrate}\"",
                    _ => next,
                },
                said
            );
        }
    }

    private static ScanReport Report(string[] states)
    {
        long Of(string state) => states.Contains(state) ? 1 : 0;
        return new ScanReport(
            ScanReport.CurrentFormat,
            new DateTime(2026, 11, 24, 8, 0, 0, DateTimeKind.Utc),
            "etcd",
            "/registry",
            "ring",
            "edgekms",
            "k2.b",
            "configuration",
            ["secrets"],
            states.Length,
            [.. states.Select(s => new ScanCount("secrets", s, null, "edgekms", "k1.a", 1, s, s == "active"))],
            Of("active"),
            Of("stale"),
            Of("foreign"),
            Of("plain"),
            Of("kms-v1"),
            Of("undecided"),
            NotCovered: 0,
            new ScanLeftovers("etcd", 1, 1, 0, false, 0, []),
            Complete: true,
            Gaps: [],
            ExitCode: states is ["active"] ? 0
                : states is ["stale"] or ["undecided"] ? 1
                : 2,
            Of("unreadable")
        );
    }

    private void Write(string first) =>
        File.WriteAllText(
            ConfigurationFile,
            "apiVersion: apiserver.config.k8s.io/v1\nkind: EncryptionConfiguration\nresources:\n"
                + (
                    first.Length == 0
                        ? $"- resources: [configmaps]\n  providers:\n  - {Own}\n"
                        : $"- resources: [secrets]\n  providers:\n  - {first}\n  - identity: {{}}\n"
                )
        );
}
