using System.Text;
using EdgeKms.Cluster;
using EdgeKms.EndToEnd.Tests.Processes;
using EdgeKms.EndToEnd.Tests.Provider;
using Grpc.Core;

namespace EdgeKms.EndToEnd.Tests.OldClients;

/// <summary>KMS v1 on the socket of KMS v2.</summary>
public sealed class KmsV1Tests
{
    private static readonly byte[] s_ping = "ping"u8.ToArray();

    [Fact]
    public async Task V1_WhereNobodySwitchedItOn_IsUnimplemented()
    {
        await using var home = await ProviderHome.Serving();
        using var v1 = new KmsV1Client(home.KmsSocket);
        using var kms = home.Kms();
        Assert.DoesNotContain("V1", await MetricsOf(home), StringComparison.Ordinal);

        foreach (
            var call in new Func<Task>[] { () => v1.Version(), () => v1.Encrypt(s_ping), () => v1.Decrypt(s_ping) }
        )
            Assert.Equal(StatusCode.Unimplemented, (await KmsClient.Refused(call)).StatusCode);

        Assert.Equal("ok", (await kms.Status()).Healthz);
        Assert.DoesNotContain("kms.v1", home.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Version_WhateverIsAskedWith_IsV1Beta1OfEdgeKms()
    {
        await using var home = await ProviderHome.Serving("--kms-v1", "true");
        using var v1 = new KmsV1Client(home.KmsSocket);

        foreach (var asked in new[] { "v1beta1", "", "v2" })
        {
            var answer = await v1.Version(asked);
            Assert.Equal(("v1beta1", "edgekms"), (answer.Version, answer.RuntimeName));
            Assert.Equal((await home.Status()).Version, answer.RuntimeVersion);
        }
        Assert.Contains("kms.v1 is on", home.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Encrypt_Dek_ComesBackAndNamesTheActiveKey()
    {
        await using var home = await ProviderHome.Serving("--kms-v1", "true");
        using var v1 = new KmsV1Client(home.KmsSocket);
        var dek = Canary.Bytes(32);

        var cipher = await v1.Encrypt(dek);

        Assert.Equal(dek, await v1.Decrypt(cipher));
        Assert.True(Canary.IsIn(Encoding.Latin1.GetString(cipher), Encoding.ASCII.GetBytes(await home.ActiveKey())));
        Assert.NotEqual(cipher, await v1.Encrypt(dek));
    }

    [Fact]
    public async Task Ciphers_OfEveryKey_StayReadableOverRotationsAndRestarts()
    {
        await using var home = await ProviderHome.Serving("--kms-v1", "true");
        List<(byte[] Dek, byte[] Cipher)> stored = [];
        var keys = new HashSet<string>();
        for (var i = 0; i < 3; i++)
        {
            using (var v1 = new KmsV1Client(home.KmsSocket))
            {
                var dek = Canary.Bytes(32);
                var cipher = await v1.Encrypt(dek);
                stored.Add((dek, cipher));
                // At once, without any Status in between.
                Assert.True(keys.Add(await home.ActiveKey()));
                Assert.Contains(await home.ActiveKey(), Encoding.Latin1.GetString(cipher), StringComparison.Ordinal);
                await home.Rotate();
            }
            await home.Stop();
            await home.Serve("--kms-v1", "true");
        }
        using var after = new KmsV1Client(home.KmsSocket);
        foreach (var (dek, cipher) in stored)
            Assert.Equal(dek, await after.Decrypt(cipher));
    }

    [Fact]
    public async Task Ciphers_GivenToTheOtherVersion_AreRefused()
    {
        await using var home = await ProviderHome.Serving("--kms-v1", "true");
        using var v1 = new KmsV1Client(home.KmsSocket);
        using var kms = home.Kms();
        var dek = Canary.Bytes(32);
        var cipher = await v1.Encrypt(dek);
        var envelope = await kms.Encrypt(dek);

        var byV2 = await KmsClient.Refused(() => kms.Decrypt(envelope.KeyId, cipher));
        var byV1 = await KmsClient.Refused(() => v1.Decrypt(envelope.Ciphertext.ToByteArray()));

        Assert.All([byV1, byV2], s => Assert.Equal(StatusCode.InvalidArgument, s.StatusCode));
        Assert.All([byV1, byV2], s => Assert.Contains("[ciphertext-invalid]", s.Detail, StringComparison.Ordinal));
    }

    [Fact]
    public async Task BadRequests_OneByOne_EachGetTheirOwnErrorWithoutPathOrSecret()
    {
        await using var home = await ProviderHome.Serving("--kms-v1", "true");
        await using var other = await ProviderHome.Serving("--kms-v1", "true");
        using var v1 = new KmsV1Client(home.KmsSocket);
        using var otherV1 = new KmsV1Client(other.KmsSocket);
        var dek = Canary.Bytes(32);
        var good = await v1.Encrypt(dek);
        var foreign = await otherV1.Encrypt(dek);
        var largest = new byte[1024 - 62 - good[1]];

        (string What, StatusCode Code, string Name, Func<Task> Call)[] cases =
        [
            ("empty plain", StatusCode.InvalidArgument, "request-invalid", () => v1.Encrypt([])),
            ("too long", StatusCode.InvalidArgument, "request-invalid", () => v1.Encrypt([.. largest, 0])),
            ("empty cipher", StatusCode.InvalidArgument, "request-invalid", () => v1.Decrypt([])),
            ("no version", StatusCode.InvalidArgument, "version-refused", () => v1.Encrypt(dek, "")),
            ("version v2", StatusCode.InvalidArgument, "version-refused", () => v1.Decrypt(good, "v2")),
            ("changed", StatusCode.InvalidArgument, "ciphertext-invalid", () => v1.Decrypt([.. good[..^1], 0xaa])),
            ("cut", StatusCode.InvalidArgument, "ciphertext-invalid", () => v1.Decrypt(good[..^1])),
            ("longer", StatusCode.InvalidArgument, "ciphertext-invalid", () => v1.Decrypt([.. good, 0])),
            ("another ring's", StatusCode.NotFound, "key-unknown", () => v1.Decrypt(foreign)),
        ];
        foreach (var (what, code, name, call) in cases)
        {
            var status = await KmsClient.Refused(call);
            Assert.True(status.StatusCode == code, $"{what}: {status}");
            Assert.True(status.Detail.Contains($"[{name}]", StringComparison.Ordinal), $"{what}: {status}");
            Assert.False(status.Detail.Contains('/', StringComparison.Ordinal), $"{what} names a path: {status}");
            Assert.False(Canary.IsIn(status.Detail, dek), $"{what} leaks: {status}");
        }
        Assert.Equal(dek, await v1.Decrypt(good));
        var full = await v1.Encrypt(largest);
        Assert.Equal(1024, full.Length);
        Assert.Equal(largest, await v1.Decrypt(full));
    }

    [Fact]
    public async Task Sealed_V1_AnswersVersionAndTheErrorOfV2()
    {
        await using var home = await ProviderHome.Create();
        File.Move(home.Token, home.At("token-away"));
        await home.Serve("--kms-v1", "true");
        using var v1 = new KmsV1Client(home.KmsSocket);
        using var kms = home.Kms();

        Assert.Equal("v1beta1", (await v1.Version()).Version);
        var expected = await KmsClient.Refused(() => kms.Encrypt(s_ping));
        Assert.Equal(StatusCode.FailedPrecondition, expected.StatusCode);
        Assert.Equal(expected.Detail, (await KmsClient.Refused(() => v1.Encrypt(s_ping))).Detail);

        File.Move(home.At("token-away"), home.Token);
        await Eventually.Holds(
            "v1 works again",
            async () =>
            {
                try
                {
                    return (await v1.Decrypt(await v1.Encrypt(s_ping))).Length == s_ping.Length;
                }
                catch (RpcException)
                {
                    return false;
                }
            }
        );
    }

    [Fact]
    public async Task Log_OfPingAndOfADek_HasTheDekOnlyAndNeverAText()
    {
        await using var home = await ProviderHome.Serving("--kms-v1", "true");
        using var v1 = new KmsV1Client(home.KmsSocket);
        var dek = Canary.Bytes(32);

        Assert.Equal(s_ping, await v1.Decrypt(await v1.Encrypt(s_ping)));
        Assert.DoesNotContain("V1Encrypt", home.Log, StringComparison.Ordinal);
        Assert.Equal(dek, await v1.Decrypt(await v1.Encrypt(dek)));
        var metrics = await MetricsOf(home);
        await home.Stop();

        Assert.Single(Lines(home, "V1Encrypt "));
        Assert.Single(Lines(home, "V1Decrypt "));
        Assert.All(Lines(home, "V1"), l => Assert.Contains("key=sha256:", l, StringComparison.Ordinal));
        Assert.All(Lines(home, "V1"), l => Assert.DoesNotContain("ping", l, StringComparison.Ordinal));
        Assert.False(Canary.IsIn(home.Log, dek), "a DEK is in the log");
        Assert.Contains("edgekms_kms_requests_total{method=\"V1Encrypt\",code=\"OK\"} 2\n", metrics);
        Assert.Contains("edgekms_kms_requests_total{method=\"V1Decrypt\",code=\"OK\"} 2\n", metrics);
        Assert.Contains("edgekms_kms_requests_total{method=\"Encrypt\",code=\"OK\"} 0\n", metrics);
    }

    [Fact]
    public async Task Log_AtDebug_HasThePingToo()
    {
        await using var home = await ProviderHome.Serving("--kms-v1", "true", "--log-level", "debug");
        using var v1 = new KmsV1Client(home.KmsSocket);

        await v1.Decrypt(await v1.Encrypt(s_ping));
        await home.Stop();

        Assert.Single(Lines(home, "V1Encrypt "));
        Assert.Single(Lines(home, "V1Decrypt "));
        Assert.All(Lines(home, "V1"), l => Assert.DoesNotContain("ping", l, StringComparison.Ordinal));
    }

    private static List<string> Lines(ProviderHome home, string method) =>
        [.. home.Log.Split('\n').Where(l => l.Contains($"] {method}", StringComparison.Ordinal))];

    private static async Task<string> MetricsOf(ProviderHome home)
    {
        using var admin = new HttpClient(UnixConnection.Handler(home.AdminSocket));
        return await admin.GetStringAsync(new Uri("http://localhost/metrics"));
    }
}
