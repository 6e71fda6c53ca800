using EdgeKms.Contract.AdminApi;
using EdgeKms.Daemon.Metrics;

namespace EdgeKms.Daemon.Tests.Metrics;

public sealed class MetricsPageTests
{
    private static readonly DateTime s_at = new(2026, 3, 1, 12, 0, 0, DateTimeKind.Utc);

    private static readonly ReencryptionReport s_done = new("k2.x", "done", 20, 0, s_at, null);

    [Fact]
    public void Of_AProvenReencryption_NamesItsFigures() =>
        Assert.Equal(
            """
            # HELP edgekms_build_info The version; always 1.
            # TYPE edgekms_build_info gauge
            edgekms_build_info{version="1.0 \"x\""} 1
            # HELP edgekms_reencryption_state How far the stored objects have followed the active key: 1 for the state.
            # TYPE edgekms_reencryption_state gauge
            edgekms_reencryption_state{state="done"} 1
            edgekms_reencryption_state{state="failed"} 0
            edgekms_reencryption_state{state="running"} 0
            edgekms_reencryption_state{state="waiting"} 0
            # HELP edgekms_reencryption_objects Objects that were counted.
            # TYPE edgekms_reencryption_objects gauge
            edgekms_reencryption_objects 20
            # HELP edgekms_reencryption_stale_objects Objects that are not under the active key.
            # TYPE edgekms_reencryption_stale_objects gauge
            edgekms_reencryption_stale_objects 0
            # HELP edgekms_reencryption_proven_timestamp_seconds When the datastore showed that no object is under another key.
            # TYPE edgekms_reencryption_proven_timestamp_seconds gauge
            edgekms_reencryption_proven_timestamp_seconds 1772366400

            """,
            MetricsPage.Of(Status("k2.x"))
        );

    [Fact]
    public void Of_AReencryptionForAnotherKey_ClaimsNothing()
    {
        var text = MetricsPage.Of(Status("k3.x"));
        Assert.Contains("edgekms_reencryption_state{state=\"waiting\"} 1", text, StringComparison.Ordinal);
        Assert.Contains("edgekms_reencryption_state{state=\"done\"} 0", text, StringComparison.Ordinal);
        Assert.DoesNotContain("proven", text, StringComparison.Ordinal);
        Assert.DoesNotContain("stale", text, StringComparison.Ordinal);
    }

    private static StatusReport Status(string activeKey) =>
        new(
            "1.0 \"x\"",
            "unsealed",
            0,
            null,
            null,
            new RingReport(
                "r",
                2,
                "00",
                s_at,
                true,
                [
                    new KeyReport("k2.x", "", activeKey == "k2.x" ? "active" : "retired", s_at, s_at, null, 0),
                    new KeyReport("k3.x", "", activeKey == "k3.x" ? "active" : "pending", s_at, s_at, null, 0),
                ],
                [],
                null,
                false
            ),
            [],
            null,
            s_done
        );
}
