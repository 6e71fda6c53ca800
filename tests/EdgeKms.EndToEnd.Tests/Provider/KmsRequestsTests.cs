using System.Text;
using EdgeKms.Kms.V2;
using Grpc.Core;

namespace EdgeKms.EndToEnd.Tests.Provider;

/// <summary>What a client of the KMS socket may send.</summary>
public sealed class KmsRequestsTests
{
    [Fact]
    public async Task Encrypt_Seed_ComesBackUnderTheKeyOfStatus()
    {
        await using var home = await ProviderHome.Serving();
        using var kms = home.Kms();
        var seed = Canary.Bytes(32);

        var status = await kms.Status();
        var wrapped = await kms.Encrypt(seed);

        Assert.Equal(("v2", "ok"), (status.Version, status.Healthz));
        Assert.Equal(status.KeyId, wrapped.KeyId);
        Assert.InRange(wrapped.Ciphertext.Length, 33, 96);
        Assert.Equal(seed, await kms.Decrypt(wrapped));
    }

    [Fact]
    public async Task BadRequests_OneByOne_EachGetTheirOwnErrorWithoutPathOrSecret()
    {
        await using var home = await ProviderHome.Serving();
        await using var other = await ProviderHome.Serving();
        using var kms = home.Kms();
        using var otherKms = other.Kms();
        var seed = Canary.Bytes(32);
        var good = await kms.Encrypt(seed);
        var foreign = await otherKms.Encrypt(seed);
        var flipped = good.Ciphertext.ToByteArray();
        flipped[^1] ^= 1;
        var newer = good.Ciphertext.ToByteArray();
        newer[0] = 2;

        (string What, StatusCode Code, string Name, Func<Task> Call)[] cases =
        [
            ("empty plaintext", StatusCode.InvalidArgument, "request-invalid", () => kms.Encrypt([])),
            ("empty ciphertext", StatusCode.InvalidArgument, "request-invalid", () => kms.Decrypt(good.KeyId, [])),
            (
                "empty key id",
                StatusCode.InvalidArgument,
                "request-invalid",
                () => kms.Decrypt("", good.Ciphertext.ToByteArray())
            ),
            (
                "unknown key id",
                StatusCode.NotFound,
                "key-unknown",
                () => kms.Decrypt("k9.AAAAAAAAAAAAAAAAAAAAAA", flipped)
            ),
            ("nonsense key id", StatusCode.NotFound, "key-unknown", () => kms.Decrypt("../../etc/shadow\n", flipped)),
            ("ciphertext of another ring", StatusCode.NotFound, "key-unknown", () => kms.Decrypt(foreign)),
            (
                "ciphertext of another ring under our key id",
                StatusCode.InvalidArgument,
                "ciphertext-invalid",
                () => kms.Decrypt(good.KeyId, foreign.Ciphertext.ToByteArray())
            ),
            (
                "changed ciphertext",
                StatusCode.InvalidArgument,
                "ciphertext-invalid",
                () => kms.Decrypt(good.KeyId, flipped)
            ),
            (
                "unknown envelope version",
                StatusCode.InvalidArgument,
                "ciphertext-invalid",
                () => kms.Decrypt(good.KeyId, newer)
            ),
            ("one byte", StatusCode.InvalidArgument, "ciphertext-invalid", () => kms.Decrypt(good.KeyId, [1])),
            ("oversized plaintext", StatusCode.ResourceExhausted, "", () => kms.Encrypt(new byte[65_537])),
            ("far oversized plaintext", StatusCode.ResourceExhausted, "", () => kms.Encrypt(new byte[4_000_000])),
        ];
        foreach (var (what, code, name, call) in cases)
        {
            var status = await KmsClient.Refused(call);
            Assert.True(status.StatusCode == code, $"{what}: {status}");
            Assert.True(status.Detail.Contains(name, StringComparison.Ordinal), $"{what}: {status}");
            Assert.False(status.Detail.Contains('/', StringComparison.Ordinal), $"{what} names a path: {status}");
            Assert.False(Canary.IsIn(status.Detail, seed), $"{what} leaks: {status}");
        }
        Assert.Equal(seed, await kms.Decrypt(good));
    }

    [Fact]
    public async Task LargestRequest_Wrapped_ComesBack()
    {
        await using var home = await ProviderHome.Serving();
        using var kms = home.Kms();
        var large = new byte[65_000];

        Assert.Equal(large, await kms.Decrypt(await kms.Encrypt(large)));
    }

    [Fact]
    public async Task Secrets_AfterAWholeRun_AreInNoLogNoEnvironmentNoCommandLineAndNoErrorText()
    {
        await using var home = await ProviderHome.Serving("--log-level", "debug");
        using var kms = home.Kms();
        var seed = Canary.Bytes(32);
        var recovery = Encoding.ASCII.GetBytes((await File.ReadAllTextAsync(home.RecoveryCodeFile)).Trim());
        var token = SecretOf(await File.ReadAllTextAsync(home.Token));
        var texts = new StringBuilder();

        var wrapped = await kms.Encrypt(seed, uid: "11111111-2222-3333-4444-555555555555");
        await kms.Decrypt(wrapped, uid: Encoding.Latin1.GetString(seed));
        texts.Append(await KmsClient.Refused(() => kms.Decrypt(Convert.ToBase64String(seed), seed)));
        texts.Append(await KmsClient.Refused(() => kms.Decrypt(wrapped.KeyId, seed)));
        texts.Append(await home.Run(["rotate"]));
        File.Delete(home.Token);
        texts.Append(await home.Run(["repair", "--passphrase-file", "-"], [.. home.Passphrase, (byte)'x']));
        texts.Append(await home.Run(["repair", "--recovery-code-file", "-"], [.. recovery[..^1], (byte)'!']));
        texts.Append(await home.Run(["repair", "--passphrase-file", "-"], home.Passphrase));
        var newToken = SecretOf(await File.ReadAllTextAsync(home.Token));
        var process = string.Concat(
            new[] { "environ", "cmdline" }.Select(f => File.ReadAllText($"/proc/{home.Daemon!.Pid}/{f}"))
        );
        await home.Stop();

        Assert.Contains("Encrypt uid=11111111-2222-3333-4444-555555555555", home.Log, StringComparison.Ordinal);
        var everything = home.Log + texts + process;
        Assert.False(Canary.IsIn(everything, seed), "a seed is in the open");
        Assert.False(Canary.IsIn(everything, home.Passphrase), "the passphrase is in the open");
        Assert.False(Canary.IsIn(everything, recovery), "the recovery code is in the open");
        Assert.False(Canary.IsIn(everything, Encoding.ASCII.GetBytes(token)), "the node token's secret is in the open");
        Assert.False(
            Canary.IsIn(everything, Encoding.ASCII.GetBytes(newToken)),
            "the new node token's secret is in the open"
        );
        // The search finds what is there.
        Assert.True(Canary.IsIn(everything, Encoding.ASCII.GetBytes(wrapped.KeyId)));
        Assert.Contains(home.State, process, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Memory_After100000MixedCalls_StaysBounded()
    {
        await using var home = await ProviderHome.Serving();
        using var kms = home.Kms();
        var seed = Canary.Bytes(32);
        await kms.Status();
        var callers = Enumerable
            .Range(0, 16)
            .Select(async _ =>
            {
                for (var i = 0; i < 2_500; i++)
                {
                    var wrapped = await kms.Encrypt(seed);
                    Assert.Equal(seed, await kms.Decrypt(wrapped));
                }
                for (var i = 0; i < 1_250; i++)
                    await kms.Status();
            });
        await Task.WhenAll(callers);

        var resident = ResidentKilobytes(home.Daemon!.Pid);
        Assert.True(resident < 96 * 1024, $"VmRSS is {resident} kB");
    }

    private static int ResidentKilobytes(int pid) =>
        int.Parse(
            File.ReadLines($"/proc/{pid}/status")
                .Single(l => l.StartsWith("VmRSS:", StringComparison.Ordinal))
                .Split(' ')[^2]
        );

    private static string SecretOf(string token) =>
        token.Split('\n').Single(l => l.StartsWith("secret ", StringComparison.Ordinal))["secret ".Length..];
}
