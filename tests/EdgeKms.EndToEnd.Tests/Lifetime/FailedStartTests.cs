using System.Text.Json;
using EdgeKms.EndToEnd.Tests.Provider;

namespace EdgeKms.EndToEnd.Tests.Lifetime;

/// <summary>A daemon that can't start says why and what to do, and nothing of the programs that it is made of.</summary>
public sealed class FailedStartTests
{
    private const string Hint = "move it away, or name another path in edgekms.json";

    [Fact]
    public async Task Start_WhereTheSocketCannotBeBound_IsOnePairOfLines()
    {
        await using var home = await ProviderHome.Create();
        await Occupy(home);

        var result = await home.Run(["serve"]);

        Assert.True(result.Exit == 3, result.ToString());
        var lines = result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(
            [$"edgekms: error: {home.KmsSocket} exists and is not a socket", $"edgekms: hint: {Hint}"],
            lines.Where(l => !l.Contains(" info: ", StringComparison.Ordinal))
        );
    }

    [Fact]
    public async Task Start_WhereTheSocketCannotBeBound_IsJsonToTheEndOfAJsonLog()
    {
        await using var home = await ProviderHome.Create();
        await Occupy(home);

        var result = await home.Run(["serve", "--log-format", "json"]);

        Assert.True(result.Exit == 3, result.ToString());
        var messages = result
            .Error.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(l => JsonDocument.Parse(l).RootElement)
            .Where(e => e.GetProperty("level").GetString() is "error" or "critical")
            .Select(e => e.GetProperty("message").GetString());
        Assert.Equal([$"edgekmsd ends: {home.KmsSocket} exists and is not a socket", $"hint: {Hint}"], messages);
    }

    private static async Task Occupy(ProviderHome home)
    {
        Directory.CreateDirectory(
            home.At("run"),
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        );
        await File.WriteAllTextAsync(home.KmsSocket, "kept");
    }
}
