using EdgeKms.EndToEnd.Tests.Cluster;
using EdgeKms.EndToEnd.Tests.Processes;

namespace EdgeKms.EndToEnd.Tests.Secrets;

/// <summary>A machine that was off for weeks or years: the real daemon with another clock, the real API server.</summary>
public sealed class AbsenceTests
{
    [Fact]
    public async Task Machine_OffFor31And60And400Days_IsHealthyReadableAndRotatesOnce()
    {
        Testbed.Require();
        FakeClock.Require();
        await using var cluster = new ClusterFixture();
        await cluster.InitializeAsync();
        var (api, provider) = (cluster.Api, cluster.Provider);
        await api.Create("kept", "value 0");
        var generation = 1;
        var day = 0;
        foreach (var days in new[] { 31, 60, 400 })
        {
            day += days;
            await api.Stop();
            await provider.Stop();

            await provider.ServeAt(day);
            api.Start();
            await api.Ready();
            Assert.Contains("[+]kms-providers ok", await api.ReadyChecks());
            Assert.Equal($"value {generation - 1}", await api.Read("kept"));
            await Eventually.Holds(
                "the overdue rotation",
                async () => (await provider.Status()).Ring!.Generation == generation + 1
            );
            await api.Update("kept", $"value {generation}");
            await Task.Delay(TimeSpan.FromSeconds(3));
            generation++;
            var status = await provider.Status();
            Assert.Equal((generation, 0), (status.Ring!.Generation, status.ExitCode));
            Assert.Equal(generation, status.Ring.Keys.Count);
        }
    }

    [Fact]
    public async Task Machine_WithItsClockYearsBehind_ServesWarnsAndRotatesNothing()
    {
        FakeClock.Require();
        await using var home = await Provider.ProviderHome.Serving();
        await home.Stop();

        await home.ServeAt(-3_000);

        await Eventually.Holds(
            "the warning",
            () => home.Log.Contains("the clock is behind the last time seen", StringComparison.Ordinal)
        );
        using var kms = home.Kms();
        Assert.Equal(new byte[32], await kms.Decrypt(await kms.Encrypt(new byte[32])));
        Assert.Equal(1, (await home.Status()).Ring!.Generation);
    }

    [Fact]
    public async Task Machine_OffForLongerThanAllowed_IsSealedUntilItIsRepaired()
    {
        FakeClock.Require();
        await using var home = await Provider.ProviderHome.Serving();
        using var kms = home.Kms();
        var wrapped = await kms.Encrypt(new byte[32]);
        await home.Stop();
        string[] locks = ["--node-lock-after-offline-days", "30"];
        await home.ServeAt(31, locks);
        Assert.Equal("sealed", (await home.Status()).State);
        Assert.Contains("lockAfterOfflineDays", (await Provider.KmsClient.Refused(kms.Status)).Detail);
        string[] repair = ["repair", "--passphrase-file", "-", .. locks];

        // Root alone is not enough: the token opens nothing for a rotation either.
        var rotate = await home.RunAt(31, ["rotate", .. locks]);
        Assert.True(rotate.Exit != 0, rotate.ToString());
        var result = await home.RunAt(31, repair, home.Passphrase);

        Assert.True(result.Exit == 0, result.ToString());
        Assert.Equal("unsealed", (await home.Status()).State);
        Assert.Equal(new byte[32], await kms.Decrypt(wrapped));
        await home.Stop();
        await home.ServeAt(32, locks);
        Assert.Equal("unsealed", (await home.Status()).State);
    }
}
