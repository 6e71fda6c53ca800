using System.CommandLine;
using System.Text;
using EdgeKms.Cli.Manual;
using EdgeKms.Contract.Failures;
using EdgeKms.Contract.Versions;

namespace EdgeKms.Cli.Commands;

/// <summary>
/// <c>edgekms man</c>: writes the manual's pages for the package (build-package.sh). Who has the package has the pages, so it is
/// hidden.
/// </summary>
internal sealed class ManCommand : Command
{
    private readonly Option<string> _directory = new("--output")
    {
        Description = "Existing directory that gets the pages.",
        HelpName = "DIR",
        Required = true,
    };

    private readonly Session _session;

    public ManCommand(Session session)
        : base("man", "Write the pages of the manual.")
    {
        _session = session;
        Hidden = true;
        Options.Add(_directory);
        SetAction(Run);
    }

    private void Run(ParseResult parsed)
    {
        var directory = parsed.GetRequiredValue(_directory);
        var edition = ManualEdition.Of(
            Environment.GetEnvironmentVariable("SOURCE_DATE_EPOCH"),
            _session.Time,
            ProgramVersion.Of(typeof(ManCommand).Assembly)
        );
        foreach (var page in ManualSet.Of((EdgeKmsCommand)parsed.RootCommandResult.Command, edition))
        {
            var path = Path.Combine(directory, page.FileName);
            try
            {
                // A page can be made again: it is nobody's state.
                using var file = new FileStream(path, FileMode.Create, FileAccess.Write);
                file.Write(Encoding.ASCII.GetBytes(page.ToString()));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new CommandException(
                    ExitCode.Io,
                    $"can't write {path}: {e.Message}",
                    "name an existing directory that you may write to",
                    e
                );
            }
        }
    }
}
