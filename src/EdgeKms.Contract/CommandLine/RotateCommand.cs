using System.CommandLine;

namespace EdgeKms.Contract.CommandLine;

/// <summary><c>edgekms rotate</c>.</summary>
public sealed class RotateCommand : KeyCommand
{
    public RotateCommand()
        : base("rotate", "Make a new KEK active now; the old ones stay readable.")
    {
        Options.Add(PassphraseFile);
        Options.Add(DryRun);
    }

    public Option<string?> PassphraseFile { get; } = PassphraseFileOption();

    public Option<bool> DryRun { get; } = DryRunOption();
}
