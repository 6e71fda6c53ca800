using EdgeKms.EndToEnd.Tests.Processes;
using EdgeKms.EndToEnd.Tests.Provider;

namespace EdgeKms.EndToEnd.Tests.Access;

/// <summary>What a user who isn't an administrator of the machine gets: nothing. Tried as such a user.</summary>
public sealed class AdministratorsOnlyTests
{
    [Fact]
    public async Task Files_ReadByAnotherUser_AreRefused()
    {
        OtherUser.Require();
        await using var home = await ProviderHome.Serving();
        var open = home.At("open");
        await File.WriteAllTextAsync(open, "anybody's");

        Assert.Equal("anybody's\n", (await OtherUser.Run("/bin/cat", open)).Output); // the way is free, the files are not
        foreach (var file in new[] { home.NewestGeneration(), home.Token, home.Checkpoint, home.RecoveryCodeFile })
        {
            var result = await OtherUser.Run("/bin/cat", file);
            Assert.Contains("Permission denied", result.Error, StringComparison.Ordinal);
            Assert.Empty(result.Output);
        }
        foreach (var directory in new[] { home.State, home.Ring, home.At("run") })
            Assert.NotEqual(0, (await OtherUser.Run("/bin/ls", directory)).Exit);
        Assert.All(
            new[] { home.NewestGeneration(), home.Token, home.Checkpoint, home.KmsSocket, home.AdminSocket },
            file => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file))
        );
    }

    [Fact]
    public async Task Sockets_ConnectedByAnotherUser_AreRefused()
    {
        OtherUser.Require();
        await using var home = await ProviderHome.Serving();
        // Where somebody opened the directory by hand, the sockets' own mode still holds.
        File.SetUnixFileMode(home.At("run"), (UnixFileMode)0b111_101_101);

        foreach (var socket in new[] { home.KmsSocket, home.AdminSocket })
        {
            var result = await OtherUser.Get(socket, "/v1/status");
            Assert.Equal(7, result.Exit); // curl: could not connect
            Assert.Empty(result.Output);
        }
        Assert.Equal("unsealed", (await home.Status()).State);
    }

    [Fact]
    public async Task Commands_ByAnotherUser_AreRefusedAndChangeNothing()
    {
        OtherUser.Require();
        await using var home = await ProviderHome.Serving();
        var before = await home.Status();
        string[][] commands =
        [
            ["rotate"],
            ["rotate", "--dry-run"],
            ["repair", "--passphrase-file", "-"],
            ["init", "--passphrase-file", "-", "--kdf", "pbkdf2"],
            ["status"],
            ["backup", home.At("a.backup")],
            ["slot", "list"],
        ];
        foreach (var command in commands)
        {
            var result = await OtherUser.Run(DaemonProgram.Path, [.. command, .. home.Settings]);
            Assert.True(result.Exit == 9, $"{command[0]}: {result}");
            Assert.Contains("run the command as root, for example with sudo", result.Error + result.Output);
        }
        var after = await home.Status();
        Assert.Equal(before.Ring!.Digest, after.Ring!.Digest);
        Assert.Equal(before.Ring.Generation, after.Ring.Generation);
        Assert.Single(Directory.GetFiles(home.Ring));
    }
}
