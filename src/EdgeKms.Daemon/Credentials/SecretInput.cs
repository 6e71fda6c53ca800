using EdgeKms.Contract.Failures;
using EdgeKms.KeyRing.Failures;
using EdgeKms.KeyRing.Secrets;

namespace EdgeKms.Daemon.Credentials;

/// <summary>
/// One secret that a command takes: from a file, else from the person at the terminal; never from the command line. A
/// refusal says how to give it to the very command that was typed.
/// </summary>
/// <param name="Prompt">What the person is asked for.</param>
/// <param name="Option">The option that names the file.</param>
/// <param name="File">What the option named; null asks.</param>
internal sealed record SecretInput(string Prompt, string Option, string? File)
{
    /// <summary>What the person typed, or the first line of the file, or of standard input (<c>-</c>).</summary>
    /// <exception cref="EdgeKmsException">PassphraseUnusable: there is none; NotPrivate: others can read the file.</exception>
    /// <exception cref="CommandException">The file can't be read.</exception>
    internal SecretBytes Read(IoStreams io) => TryRead(io) ?? throw Unusable(SecretLine.Empty(), io);

    /// <summary>As <see cref="Read"/>; null when the person types nothing.</summary>
    internal SecretBytes? TryRead(IoStreams io)
    {
        try
        {
            return File is null ? io.TryAsk(Prompt) : SecretSource.FromFile(File, io);
        }
        catch (EdgeKmsException e) when (e.Code == ErrorCode.PassphraseUnusable)
        {
            throw Unusable(e, io);
        }
        catch (CommandException e) when (File is null) // there is no terminal
        {
            throw new CommandException(
                ExitCode.Usage,
                e.Message,
                $"give it in a file or on standard input: {io.Typed.With(Option, "-")}",
                e
            );
        }
    }

    /// <summary>The same refusal, with the command that asks again.</summary>
    internal EdgeKmsException Unusable(EdgeKmsException refusal, IoStreams io, string? why = null) =>
        new(refusal.Code, refusal.Detail, refusal)
        {
            Hint =
                (why ?? "it is one line of at most 1024 bytes")
                + (File is null ? "; try again: " : $"; without {Option} it is asked for: ")
                + io.Typed.Without(Option),
        };
}
