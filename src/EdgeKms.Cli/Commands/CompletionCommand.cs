using System.CommandLine;
using EdgeKms.Cli.Completion;

namespace EdgeKms.Cli.Commands;

/// <summary><c>edgekms completion</c>.</summary>
internal sealed class CompletionCommand : Command
{
    public CompletionCommand(Session session)
        : base("completion", "Print the completion script of a shell.")
    {
        var shell = new Argument<string>("SHELL")
        {
            Description = "bash, zsh or fish; to try it: source <(edgekms completion bash)",
            HelpName = "SHELL",
        };
        shell.AcceptOnlyFromAmong([.. CompletionScript.Shells]);
        Arguments.Add(shell);
        SetAction(parsed => session.Terminal.Output.Write(CompletionScript.Of(parsed.GetRequiredValue(shell))));
    }
}
