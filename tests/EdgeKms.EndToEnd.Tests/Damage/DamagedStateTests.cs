using System.Text;
using EdgeKms.EndToEnd.Tests.Processes;
using EdgeKms.EndToEnd.Tests.Provider;
using EdgeKms.Kms.V2;
using Grpc.Core;

namespace EdgeKms.EndToEnd.Tests.Damage;

/// <summary>A daemon that starts with a ring it can't use stays up, says what to run, and recovers once it can.</summary>
public sealed class DamagedStateTests
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    public static TheoryData<string, StatusCode, string, int, string> Cases { get; } =
        new()
        {
            { "ring cut in its header", StatusCode.DataLoss, "ring-damaged", 7, "damaged" },
            { "ring cut in its body", StatusCode.DataLoss, "ring-damaged", 7, "damaged" },
            { "ring empty", StatusCode.DataLoss, "ring-damaged", 7, "damaged" },
            { "bit flipped in the header", StatusCode.DataLoss, "ring-damaged", 7, "damaged" },
            { "bit flipped in the body", StatusCode.DataLoss, "ring-damaged", 7, "damaged" },
            { "bit flipped in the body, no checkpoint", StatusCode.DataLoss, "ring-damaged", 7, "damaged" },
            { "ring of a newer version", StatusCode.FailedPrecondition, "ring-unsupported-version", 12, "damaged" },
            { "ring missing beside its checkpoint", StatusCode.FailedPrecondition, "ring-lost", 7, "damaged" },
            { "ring directory missing", StatusCode.FailedPrecondition, "ring-lost", 7, "damaged" },
            { "state directory missing", StatusCode.FailedPrecondition, "ring-missing", 6, "absent" },
            { "ring readable by others", StatusCode.FailedPrecondition, "not-private", 9, "damaged" },
            { "ring directory open to others", StatusCode.FailedPrecondition, "not-private", 9, "damaged" },
            { "ring of another user", StatusCode.FailedPrecondition, "not-private", 9, "damaged" },
            { "checkpoint of another ring", StatusCode.FailedPrecondition, "checkpoint-other-ring", 7, "damaged" },
            { "token missing", StatusCode.FailedPrecondition, "token-missing", 5, "sealed" },
            { "token damaged", StatusCode.FailedPrecondition, "token-damaged", 5, "sealed" },
            { "token readable by others", StatusCode.FailedPrecondition, "not-private", 9, "damaged" },
            { "token of another ring", StatusCode.FailedPrecondition, "token-other-ring", 5, "sealed" },
        };

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Serve_WithUnusableState_SaysWhatToRunAndRecovers(
        string what,
        StatusCode code,
        string name,
        int exit,
        string state
    )
    {
        if (what == "ring of another user")
            Assert.SkipUnless(Environment.IsPrivilegedProcess, "needs root, to give a file to another user");
        await using var home = await ProviderHome.Create();
        var good = await WrappedBefore(home);
        var ring = await File.ReadAllBytesAsync(home.NewestGeneration());
        var copy = home.At("good");
        await RunningProcess.Run("/bin/cp", ["-a", home.State, copy]);
        var before = await Damage(home, what);

        // The verdict is the same without a daemon: the node token opens the files.
        var offline = await home.Run(["status"]);
        Assert.True(offline.Exit == exit, offline.ToString());
        Assert.Contains($"\"code\": \"{name}\"", offline.Output, StringComparison.Ordinal);
        Assert.Contains("\"hint\": \"", offline.Output, StringComparison.Ordinal);

        await home.Serve();
        using var kms = home.Kms();
        var refused = await KmsClient.Refused(kms.Status);
        var status = await home.Status();

        Assert.True(refused.StatusCode == code, refused.ToString());
        Assert.EndsWith($"[{name}]", refused.Detail, StringComparison.Ordinal);
        Assert.False(refused.Detail.Contains('/', StringComparison.Ordinal), $"a path: {refused.Detail}");
        Assert.Equal((name, exit, state), (status.Problem!.Code, status.ExitCode, status.State));
        Assert.NotEmpty(status.Problem.Hint);
        Assert.Equal(refused.StatusCode, (await KmsClient.Refused(() => kms.Encrypt(new byte[32]))).StatusCode);
        Assert.Equal(refused.StatusCode, (await KmsClient.Refused(() => kms.Decrypt(good))).StatusCode);
        Assert.False(home.Daemon!.HasEnded);
        if (Directory.Exists(home.Ring))
            Assert.Equal(before, Directory.GetFiles(home.Ring).Length); // nothing is made in the place of what is lost

        if (Directory.Exists(home.State))
            Directory.Delete(home.State, recursive: true);
        await RunningProcess.Run("/bin/cp", ["-a", copy, home.State]);
        await Eventually.Holds("the daemon recovers", async () => (await home.Status()).State == "unsealed");
        Assert.Equal(new byte[32], await kms.Decrypt(good));
        Assert.Equal(ring, await File.ReadAllBytesAsync(home.NewestGeneration()));
    }

    [Fact]
    public async Task RingGone_WhileServing_LeavesTheServiceWithTheRingInMemory()
    {
        await using var home = await ProviderHome.Serving();
        using var kms = home.Kms();
        var wrapped = await kms.Encrypt(new byte[32]);
        Directory.Move(home.Ring, home.At("elsewhere"));

        await KmsClient.Refused(() => kms.Decrypt("k9.AAAAAAAAAAAAAAAAAAAAAA", [1, 2, 3])); // makes the daemon look
        var away = await home.Status();
        Assert.Equal("ok", (await kms.Status()).Healthz);
        Assert.Equal(new byte[32], await kms.Decrypt(wrapped));
        Directory.Move(home.At("elsewhere"), home.Ring);

        Assert.Equal(("unsealed", "ring-lost", 7), (away.State, away.Problem!.Code, away.ExitCode));
        await home.Rotate();
        Assert.Equal(0, (await home.Status()).ExitCode);
    }

    [Fact]
    public async Task Init_WhereACheckpointIsLeft_MakesNoNewRing()
    {
        await using var home = await ProviderHome.Create();
        var checkpoint = await File.ReadAllBytesAsync(home.Checkpoint);
        Directory.Delete(home.Ring, recursive: true);
        File.Delete(home.Token);

        var result = await home.Init("--recovery-code-file", home.At("second-code"));

        Assert.True(result.Exit == 3, result.ToString());
        Assert.False(Directory.Exists(home.Ring));
        Assert.Equal(checkpoint, await File.ReadAllBytesAsync(home.Checkpoint));
        Assert.False(File.Exists(home.At("second-code")));
    }

    /// <summary>What the provider wrapped while all was well.</summary>
    private static async Task<EncryptResponse> WrappedBefore(ProviderHome home)
    {
        await home.Serve();
        using var kms = home.Kms();
        var wrapped = await kms.Encrypt(new byte[32]);
        await home.Stop();
        return wrapped;
    }

    /// <summary>Breaks the state; returns how many files the ring directory has then.</summary>
    private static async Task<int> Damage(ProviderHome home, string what)
    {
        var ring = home.NewestGeneration();
        var bytes = await File.ReadAllBytesAsync(ring);
        switch (what)
        {
            case "ring cut in its header":
                await Overwrite(ring, bytes[..100]);
                break;
            case "ring cut in its body":
                await Overwrite(ring, bytes[..^1]);
                break;
            case "ring empty":
                await Overwrite(ring, []);
                break;
            case "bit flipped in the header":
                bytes[20] ^= 0x80;
                await Overwrite(ring, bytes);
                break;
            case "bit flipped in the body":
                bytes[^20] ^= 1;
                await Overwrite(ring, bytes);
                break;
            case "bit flipped in the body, no checkpoint":
                bytes[^20] ^= 1;
                await Overwrite(ring, bytes);
                File.Delete(home.Checkpoint);
                break;
            case "ring of a newer version":
                await Overwrite(
                    ring,
                    Encoding.ASCII.GetBytes(
                        Encoding.Latin1.GetString(bytes).Replace("edgekms-ring/1\n", "edgekms-ring/2\n")
                    )
                );
                break;
            case "ring missing beside its checkpoint":
                File.Delete(ring);
                break;
            case "ring directory missing":
                Directory.Delete(home.Ring, recursive: true);
                break;
            case "state directory missing":
                Directory.Delete(home.State, recursive: true);
                break;
            case "ring readable by others":
                File.SetUnixFileMode(ring, Private | UnixFileMode.OtherRead);
                break;
            case "ring directory open to others":
                File.SetUnixFileMode(home.Ring, (UnixFileMode)0b111_101_101);
                break;
            case "ring of another user":
                await RunningProcess.Run("/bin/chown", ["65534", ring]);
                break;
            case "token missing":
                File.Delete(home.Token);
                break;
            case "token damaged":
                await Overwrite(home.Token, (await File.ReadAllBytesAsync(home.Token))[..^3]);
                break;
            case "token readable by others":
                File.SetUnixFileMode(home.Token, Private | UnixFileMode.GroupRead);
                break;
            default:
                await using (var other = await ProviderHome.Create())
                {
                    var isToken = what == "token of another ring";
                    var from = isToken ? other.Token : other.Checkpoint;
                    await Overwrite(isToken ? home.Token : home.Checkpoint, await File.ReadAllBytesAsync(from));
                }
                break;
        }
        return Directory.Exists(home.Ring) ? Directory.GetFiles(home.Ring).Length : 0;
    }

    /// <summary>Keeps mode and owner.</summary>
    private static Task Overwrite(string path, byte[] bytes) => File.WriteAllBytesAsync(path, bytes);
}
