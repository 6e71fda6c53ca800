using System.Security.Cryptography;
using Grpc.Core;

namespace EdgeKms.Cluster.Conformance;

/// <summary>Encrypt and Decrypt of v1beta1.</summary>
internal static class CipherChecks
{
    private const int MaxCipher = 65_535;
    private static readonly byte[] Ping = [.. "ping"u8];

    public static IReadOnlyList<Check> All { get; } =
    [
        new(
            69,
            Level.Must,
            "Encrypt and Decrypt of \"ping\" with v1beta1 work, as the first calls of a connection too",
            "apiserver encryptionconfig/config.go: the health check of KMS v1",
            OldService.Offered(PingAsync)
        ),
        new(
            70,
            Level.Must,
            "a cipher of v1beta1 has 1 to 65535 bytes and decrypts by itself: no key_id travels",
            "apiserver envelope/envelope.go: a length of 16 bits; api.proto",
            OldService.Offered(SizeAsync)
        ),
        new(
            71,
            Level.Must,
            "old ciphers of v1beta1 decrypt after rotations and a restart",
            "Kubernetes documentation",
            OldService.Offered(Needs.Rotate(Needs.Restart(OldCiphersAsync)))
        ),
        new(
            72,
            Level.Should,
            "another version in Encrypt and Decrypt of v1beta1 gives INVALID_ARGUMENT or is ignored",
            "k8s.io/kms/apis/v1beta1/api.proto",
            OldService.Offered(OtherVersionAsync)
        ),
        new(
            74,
            Level.Must,
            "a cipher of v1beta1 given to Decrypt of v2, and the reverse, is refused",
            "AEAD: what is wrapped for one API is none of the other's",
            OldService.Offered(SeparationAsync)
        ),
    ];

    private static async Task<Verdict> PingAsync(Trial trial)
    {
        for (var i = 0; i < 3; i++)
        {
            trial.Reconnect();
            var plain = await trial.Client.DecryptV1Async(await trial.Client.EncryptV1Async(Ping));
            if (!plain.AsSpan().SequenceEqual(Ping))
            {
                return Verdict.Fail("something else came back");
            }
        }

        return Verdict.Pass();
    }

    private static async Task<Verdict> SizeAsync(Trial trial)
    {
        var longest = 0;
        foreach (var size in new[] { 1, 4, 16, 24, 32, 64 })
        {
            var plain = RandomNumberGenerator.GetBytes(size);
            var cipher = await trial.Client.EncryptV1Async(plain);
            if (cipher.Length is 0 or > MaxCipher)
            {
                return Verdict.Fail($"{size} bytes give a cipher of {cipher.Length} bytes");
            }

            longest = Math.Max(longest, cipher.Length);
            using var other = trial.Connect();
            if (!(await other.DecryptV1Async(cipher)).AsSpan().SequenceEqual(plain))
            {
                return Verdict.Fail($"{size} bytes came back changed");
            }
        }

        return Verdict.Pass($"at most {longest} bytes");
    }

    private static async Task<Verdict> OldCiphersAsync(Trial trial)
    {
        List<(byte[] Plain, byte[] Cipher)> kept = [];
        const int Rotations = 3;
        for (var i = 0; i <= Rotations; i++)
        {
            var plain = RandomNumberGenerator.GetBytes(32);
            kept.Add((plain, await trial.Client.EncryptV1Async(plain)));
            if (i < Rotations)
            {
                await trial.RotateAsync();
            }
        }

        if (await FirstLostAsync(trial, kept) is { } rotated)
        {
            return Verdict.Fail($"after {Rotations} rotations: {rotated}");
        }

        await trial.RestartAsync();
        return await FirstLostAsync(trial, kept) is { } restarted
            ? Verdict.Fail($"after the restart: {restarted}")
            : Verdict.Pass($"{Rotations} rotations and a restart");
    }

    private static async Task<string?> FirstLostAsync(Trial trial, List<(byte[] Plain, byte[] Cipher)> kept)
    {
        for (var i = 0; i < kept.Count; i++)
        {
            try
            {
                if (!(await trial.Client.DecryptV1Async(kept[i].Cipher)).AsSpan().SequenceEqual(kept[i].Plain))
                {
                    return $"cipher {i + 1} came back changed";
                }
            }
            catch (RpcException error)
            {
                return $"cipher {i + 1} gives {error.StatusCode}";
            }
        }

        return null;
    }

    private static async Task<Verdict> OtherVersionAsync(Trial trial)
    {
        var plain = RandomNumberGenerator.GetBytes(32);
        var cipher = await trial.Client.EncryptV1Async(plain);
        var ignored = 0;
        foreach (var version in new[] { "", "v1", "v2" })
        {
            foreach (
                var call in new Func<Task>[]
                {
                    () => trial.Client.EncryptV1Async(plain, version),
                    () => trial.Client.DecryptV1Async(cipher, version),
                }
            )
            {
                var code = (await PluginClient.RefusalAsync(call)).StatusCode;
                ignored += code == StatusCode.OK ? 1 : 0;
                if (code is not (StatusCode.OK or StatusCode.InvalidArgument))
                {
                    return Verdict.Fail($"version \"{version}\" gives {code} instead of INVALID_ARGUMENT");
                }
            }
        }

        return Verdict.Pass(
            ignored switch
            {
                0 => "refused",
                6 => "ignored",
                _ => "refused in part",
            }
        );
    }

    private static async Task<Verdict> SeparationAsync(Trial trial)
    {
        await trial.StatusAsync();
        var sample = await trial.EncryptAsync();
        var cipher = await trial.Client.EncryptV1Async(sample.Plaintext);
        if ((await trial.Client.RefusalAsync(sample.Request(cipher))).StatusCode == StatusCode.OK)
        {
            return Verdict.Fail("Decrypt of v2 took a cipher of v1beta1");
        }

        var old = sample.Wrapped.Ciphertext.ToByteArray();
        var reverse = await PluginClient.RefusalAsync(() => trial.Client.DecryptV1Async(old));
        return reverse.StatusCode == StatusCode.OK
            ? Verdict.Fail("Decrypt of v1beta1 took a ciphertext of v2")
            : Verdict.Pass();
    }
}
