using EdgeKms.EndToEnd.Tests.Processes;

namespace EdgeKms.EndToEnd.Tests.Rescue;

/// <summary><c>init</c> on a machine that had a ring: whatever remembers it stands in the way, unless a reason is given.</summary>
public sealed class AnotherRingTests
{
    private const string Stop = "systemctl stop edgekmsd; ";

    /// <summary>What is left, and how: one thing each time.</summary>
    public static TheoryData<string, string> Left { get; } =
        new()
        {
            { "has backups", Stop + "rm -rf $STATE" },
            { "the audit log tells of the ring", Stop + "rm -r $BACKUPS/* $RING $STATE/node-token $STATE/checkpoint" },
            { "there is a checkpoint", Stop + "rm -r $BACKUPS/* $RING $STATE/node-token $STATE/audit" },
            { "there is a node token", Stop + "rm -r $BACKUPS/* $RING $STATE/checkpoint $STATE/audit" },
            { "a daemon serves the ring", "rm -rf $STATE $BACKUPS/*" },
            { "a process listens on the socket", "rm -rf $STATE $BACKUPS/*; listen" },
        };

    [Theory]
    [MemberData(nameof(Left))]
    public async Task Init_WhereARingIsRemembered_IsRefusedAndGoesPastWithAReason(string remembered, string left)
    {
        await using var machine = await Machine.Serving(backups: "");
        var isServed = !left.StartsWith(Stop, StringComparison.Ordinal);
        var isSilent = left.EndsWith("listen", StringComparison.Ordinal);
        await machine.Must(left.Replace("; listen", "", StringComparison.Ordinal));
        await machine.Must($"mv {machine.Home.RecoveryCodeFile} $KEPT/code");
        // It listens, and answers nobody.
        if (isSilent)
            await machine.Must("kill -STOP $(cat $KEPT/../pid)");
        var before = Files(machine.Home.State);
        var backups = Files(machine.Backups);

        var refused = await machine.Type("edgekms init");

        if (isSilent)
            await machine.Must("kill -CONT $(cat $KEPT/../pid)");
        Assert.True(refused.Exit == 3, refused.ToString());
        Assert.Contains(remembered, refused.Error, StringComparison.Ordinal);
        Assert.Contains("--another-ring REASON", refused.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(Advice.In(refused), c => c.StartsWith("edgekms init", StringComparison.Ordinal));
        Assert.Equal(before, Files(machine.Home.State));
        Assert.Equal(backups, Files(machine.Backups));
        if (isSilent)
            return;

        await machine.Must("edgekms init --another-ring 'the cluster was made anew'");

        var log = await machine.Must("edgekms audit-log show");
        Assert.Contains("another ring: the cluster was made anew", log.Output, StringComparison.Ordinal);
        var after = Files(machine.Home.State);
        foreach (var name in new[] { "node-token", "checkpoint" })
        {
            if (before.TryGetValue(name, out var digest))
                Assert.Contains(
                    after,
                    f => f.Key.StartsWith(name + ".", StringComparison.Ordinal) && f.Value == digest
                );
        }
        if (!isServed)
            await machine.Must("systemctl start edgekmsd");
        await machine.Says("healthy");
        await machine.Must("edgekms rotate");
        // The new ring's backups are not mixed with those of the ring before: a restore must find one ring in a folder.
        if (backups.Count > 0)
            Assert.Equal(backups, Files(machine.Backups));
    }

    private static Dictionary<string, string> Files(string folder) =>
        Directory.Exists(folder)
            ? Directory
                .GetFiles(folder, "*", SearchOption.AllDirectories)
                .Where(f => !f.EndsWith(".lock", StringComparison.Ordinal))
                .ToDictionary(
                    f => Path.GetRelativePath(folder, f),
                    f => Convert.ToHexString(File.ReadAllBytes(f)),
                    StringComparer.Ordinal
                )
            : [];
}
