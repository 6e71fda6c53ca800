using System.CommandLine;

namespace EdgeKms.Contract.CommandLine;

/// <summary><c>edgekms backup</c>.</summary>
public sealed class BackupCommand : KeyCommand
{
    public BackupCommand()
        : base("backup", "Write the sealed key ring into one file that a bare machine can be restored from.")
    {
        Arguments.Add(File);
        Options.Add(DryRun);
    }

    public Argument<string?> File { get; } =
        new("FILE")
        {
            Description = "A file that doesn't exist yet; without it a new file in backup.directory.",
            Arity = ArgumentArity.ZeroOrOne,
        };

    public Option<bool> DryRun { get; } = DryRunOption();
}
