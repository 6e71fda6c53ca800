using EdgeKms.EndToEnd.Tests.Processes;

namespace EdgeKms.EndToEnd.Tests.Provider;

/// <summary>The check that ends the run, tried on what it must find and what it must not.</summary>
public sealed class OutputCanaryTests
{
    [Fact]
    public async Task Log_OfARunWithEveryLevel_HoldsNeitherSeedNorPassphraseNorToken()
    {
        foreach (var format in new[] { "text", "json" })
        {
            await using var home = await ProviderHome.Serving("--log-level", "debug", "--log-format", format);
            using var kms = home.Kms();
            var seed = OutputCanary.Secret("a seed", Canary.Bytes(32));
            var wrapped = await kms.Encrypt(seed, "0f6a8d0e-1111-2222-3333-444444444444");
            await kms.Decrypt(wrapped, "0f6a8d0e-1111-2222-3333-555555555555");
            await KmsClient.Refused(() => kms.Decrypt(wrapped.KeyId, seed));
            await home.Rotate();
            await home.Stop();

            var hash = format == "json" ? "\"keyHash\":\"sha256:" : "key=sha256:";
            Assert.Contains("0f6a8d0e-1111-2222-3333-444444444444", home.Log, StringComparison.Ordinal);
            Assert.Contains("0f6a8d0e-1111-2222-3333-555555555555", home.Log, StringComparison.Ordinal);
            Assert.Contains(hash, home.Log, StringComparison.Ordinal);
            Assert.False(Canary.IsIn(home.Log, seed));
            if (format == "json")
            {
                foreach (var line in home.Log.Split('\n', StringSplitOptions.RemoveEmptyEntries))
                    using (System.Text.Json.JsonDocument.Parse(line)) { }
            }
        }
        Assert.Null(OutputCanary.Leak());
    }
}
