using System.Text;
using EdgeKms.KeyRing.Secrets;

namespace EdgeKms.Daemon.Credentials;

/// <summary>What a command reads, writes and asks; a test hands its own in.</summary>
/// <param name="Out">Standard output.</param>
/// <param name="Error">Standard error.</param>
/// <param name="OutBytes">Standard output below <paramref name="Out"/>, for a secret that no string may hold.</param>
/// <param name="Input">Standard input, unbuffered.</param>
/// <param name="TryAsk">Asks the person at the terminal with the echo off; null when nothing is typed.</param>
internal sealed record IoStreams(
    TextWriter Out,
    TextWriter Error,
    Stream OutBytes,
    Func<Stream> Input,
    Func<string, SecretBytes?> TryAsk
)
{
    /// <summary>The command line that is carried out, for hints.</summary>
    internal TypedCommand Typed { get; init; } = TypedCommand.Unknown;

    /// <summary>
    /// The process's own, always UTF-8. Not <c>Console.Out</c>: that one sends the terminal its start sequence, which the
    /// program that handed the command over has sent already.
    /// </summary>
    internal static IoStreams OfProcess()
    {
#pragma warning disable CA2000 // The streams of the process live as long as it does.
        var output = Console.OpenStandardOutput();
        var error = Console.OpenStandardError();
        return new IoStreams(Writer(output), Writer(error), output, Console.OpenStandardInput, Terminal.TryAsk);
#pragma warning restore CA2000
    }

    /// <summary>A line on standard output.</summary>
    internal void Say(string line) => Out.WriteLine(line);

    /// <summary>On standard error, beside a result that stands.</summary>
    internal void Warn(string text) => Error.WriteLine($"edgekms: warning: {text}");

    private static StreamWriter Writer(Stream stream) =>
        new(stream, new UTF8Encoding(false)) { AutoFlush = true, NewLine = "\n" };
}
