using System.CommandLine;
using EdgeKms.Cli.ControlPlane;

namespace EdgeKms.Cli.Commands;

/// <summary><c>edgekms run-child</c>: what <c>edgekms up</c> starts its children through. Not for people, so it is hidden.</summary>
internal sealed class RunChildCommand : Command
{
    private readonly Option<int> _parent = new("--parent") { Required = true };
    private readonly Option<string> _log = new("--log") { Required = true };
    private readonly Argument<string[]> _program = new("PROGRAM") { Arity = ArgumentArity.OneOrMore };

    public RunChildCommand()
        : base("run-child", "Become a child of \"edgekms up\".")
    {
        Hidden = true;
        Options.Add(_parent);
        Options.Add(_log);
        Arguments.Add(_program);
        SetAction(Run);
    }

    private int Run(ParseResult parsed)
    {
        string[] words = parsed.GetRequiredValue(_program);
        throw ChildImage.Become(parsed.GetRequiredValue(_parent), parsed.GetRequiredValue(_log), words[0], words[1..]);
    }
}
