using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Text.RegularExpressions;
using EdgeKms.Contract.Settings;
using EdgeKms.Daemon.Commands;

namespace EdgeKms.Daemon.Tests.Commands;

/// <summary>One run of a verb in this process, by the command line of <c>edgekmsd</c>.</summary>
/// <param name="ExitCode">What the process would exit with.</param>
/// <param name="Out">Standard output.</param>
/// <param name="Error">Standard error.</param>
/// <param name="Asked">The questions on the terminal, in order.</param>
internal sealed partial record Verb(int ExitCode, string Out, string Error, IReadOnlyList<string> Asked)
{
    /// <summary>The questions of whoever asks for a credential, and for a new passphrase.</summary>
    internal const string AsksPassphrase = "Administrator passphrase (empty: recovery code)";
    internal const string AsksCode = "Recovery code";
    internal const string AsksNew = "New administrator passphrase";
    internal const string AsksAgain = "The same passphrase again";

    /// <summary>Standard output with RING, KEY1, CODE, DIGEST and ROOT for what differs in each run.</summary>
    internal required string Page { get; init; }

    /// <summary>Runs <paramref name="line"/> on a machine, with one answer for each question; all of them must be asked for.</summary>
    internal static async Task<Verb> Run(TestMachine machine, string line, params string[] answers)
    {
        using var streams = new ScriptedStreams(answers);
        return await Run(machine, line, streams);
    }

    /// <summary>The same with lines on standard input, and nobody at the terminal.</summary>
    internal static async Task<Verb> RunPiped(TestMachine machine, string line, params string[] input)
    {
        using var streams = new ScriptedStreams { Input = new Queue<string>(input) };
        return await Run(machine, line, streams);
    }

    /// <summary>
    /// Runs what a hint of this run ends with, as a person pastes it: its settings stand in it. The person is asked
    /// <paramref name="answers"/>, or <paramref name="input"/> is on standard input.
    /// </summary>
    internal async Task<Verb> Paste(TestMachine machine, string[] answers, params string[] input)
    {
        using var streams = new ScriptedStreams(answers) { Input = new Queue<string>(input) };
        return await RunWords(machine, ShellWords.Of(Pasted)[1..], streams);
    }

    /// <summary>The line <c>edgekms: hint: …</c>.</summary>
    internal string Hint => Error.Split('\n').Single(l => l.StartsWith("edgekms: hint: ", StringComparison.Ordinal));

    /// <summary>The command that the hint ends with.</summary>
    internal string Pasted
    {
        get
        {
            var at = Hint.LastIndexOf(": edgekms ", StringComparison.Ordinal);
            Assert.True(at >= 0, Hint);
            return Hint[(at + 2)..];
        }
    }

    /// <summary>What <c>-o json</c> printed.</summary>
    internal T Report<T>(JsonTypeInfo<T> type) => JsonSerializer.Deserialize(Out, type)!;

    /// <summary>Exit code, and with it the words that say why where it is another one.</summary>
    internal Verb Exits(int code)
    {
        Assert.True(ExitCode == code, $"exit code {ExitCode}, not {code}\n{Out}\n{Error}");
        return this;
    }

    /// <summary>Exit code and the pair of lines that each failure is.</summary>
    internal Verb Fails(int code, string error)
    {
        Exits(code);
        var lines = Error.TrimEnd('\n').Split('\n');
        Assert.Equal(2, lines.Length);
        Assert.StartsWith("edgekms: error: ", lines[0], StringComparison.Ordinal);
        Assert.Contains(error, lines[0], StringComparison.Ordinal);
        Assert.StartsWith("edgekms: hint: ", lines[1], StringComparison.Ordinal);
        Assert.Empty(Out);
        return this;
    }

    private static async Task<Verb> Run(TestMachine machine, string line, ScriptedStreams streams)
    {
        var settings = machine.Flags.SelectMany(f =>
            new[] { SettingTable.All.Single(s => s.Name == f.Key).Flag, f.Value }
        );
        string[] arguments = [.. ShellWords.Of(line), .. settings, "--config", machine.Write("edgekms.json", "{}")];
        return await RunWords(machine, arguments, streams);
    }

    private static async Task<Verb> RunWords(TestMachine machine, string[] arguments, ScriptedStreams streams)
    {
        var exit = await DaemonCommands.RunAsync(arguments, machine.Time, streams.Io);
        Assert.Equal(0, streams.Unused);
        return new Verb(exit, streams.Out, streams.Error, streams.Asked) { Page = Plain(streams.Out, machine.Root) };
    }

    private static string Plain(string text, string root)
    {
        text = text.Replace(root, "ROOT", StringComparison.Ordinal);
        text = KeyIds().Replace(text, "KEY$1");
        text = RecoveryCodes().Replace(text, "CODE");
        text = RingIds().Replace(text, "$1RING");
        return Digests().Replace(text, "$1DIGEST");
    }

    [GeneratedRegex("k([0-9]+)[.][0-9A-Za-z_-]{22}")]
    private static partial Regex KeyIds();

    [GeneratedRegex("(key ring |edgekms-)[0-9A-Za-z_-]{22}")]
    private static partial Regex RingIds();

    [GeneratedRegex("(sha256:|edgekms-RING-[0-9]{8}-)[0-9a-f]+")]
    private static partial Regex Digests();

    [GeneratedRegex("[0-9A-HJKMNP-TV-Z]{5}(-[0-9A-HJKMNP-TV-Z]{5}){7}")]
    internal static partial Regex RecoveryCodes();
}
