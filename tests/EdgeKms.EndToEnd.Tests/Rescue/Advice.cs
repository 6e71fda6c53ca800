using System.Text.RegularExpressions;
using EdgeKms.EndToEnd.Tests.Processes;

namespace EdgeKms.EndToEnd.Tests.Rescue;

/// <summary>The commands that an output tells a person to run, in their order: <c>run "COMMAND": why</c> and <c>next: COMMAND</c>.</summary>
internal static partial class Advice
{
    internal static IReadOnlyList<string> In(CommandResult result) =>
        [
            .. Told()
                .Matches(result.Output + "\n" + result.Error)
                .Select(m => m.Groups["command"].Value)
                .Where(c => Typed().IsMatch(c)),
        ];

    // A command may have quotes of its own: it ends at the one that is followed by its reason, the next way or the end.
    [GeneratedRegex(
        """(?<!never )(?:\brun "(?<command>.+?)"(?=[:;,)]|$| in its| and enter| on the)|\bnext: (?<command>.+)$)""",
        RegexOptions.Multiline
    )]
    private static partial Regex Told();

    /// <summary>As opposed to "next: give kube-apiserver the configuration".</summary>
    [GeneratedRegex("^(edgekms|systemctl|mount|df) ")]
    private static partial Regex Typed();
}
