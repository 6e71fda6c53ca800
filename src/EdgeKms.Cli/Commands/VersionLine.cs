using System.CommandLine;
using System.CommandLine.Invocation;
using EdgeKms.Contract.Versions;

namespace EdgeKms.Cli.Commands;

/// <summary><c>edgekms --version</c>.</summary>
internal sealed class VersionLine : SynchronousCommandLineAction
{
    public override int Invoke(ParseResult parseResult)
    {
        parseResult.InvocationConfiguration.Output.WriteLine(
            $"{CommandLineProgram.Name} {ProgramVersion.Of(typeof(VersionLine).Assembly)}"
        );
        return 0;
    }
}
