using System.Text.RegularExpressions;

namespace EdgeKms.EndToEnd.Tests.Docs;

/// <summary>
/// The console blocks of a page of docs/operate: <c>&lt;!-- run: SITUATION --&gt;</c> before the block, lines with <c>$ </c>
/// are typed, the others are lines of the output in their order, with <c>…</c> for anything. A block that is to be run
/// <c>then</c> goes on with the one before, on the same machine.
/// </summary>
internal static partial class Runbook
{
    private const string GoesOn = "then";

    internal sealed record Block(string Page, string Situation, IReadOnlyList<Step> Steps);

    internal sealed record Step(string Command, IReadOnlyList<string> Output);

    internal static IReadOnlyList<Block> Read(string page)
    {
        var blocks = new List<Block>();
        var text = File.ReadAllText(page);
        foreach (Match match in BlockPattern().Matches(text))
        {
            var steps = new List<Step>();
            foreach (var line in match.Groups["body"].Value.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            {
                if (line.StartsWith("$ ", StringComparison.Ordinal))
                    steps.Add(new Step(line[2..], new List<string>()));
                else
                    ((List<string>)steps[^1].Output).Add(line);
            }
            var situation = match.Groups["situation"].Value;
            if (situation == GoesOn)
                ((List<Step>)blocks[^1].Steps).AddRange(steps);
            else
                blocks.Add(new Block(Path.GetFileName(page), situation, steps));
        }
        return blocks;
    }

    /// <summary>Each expected line is found in the output after the one before.</summary>
    internal static void Compare(Step step, string output)
    {
        var at = 0;
        foreach (var expected in step.Output)
        {
            var pattern = string.Join(".*?", expected.Split('…').Select(Regex.Escape));
            var match = new Regex(pattern, RegexOptions.None, TimeSpan.FromMinutes(1)).Match(output, at);
            Assert.True(match.Success, $"$ {step.Command}\nlacks: {expected}\nprinted:\n{output}");
            at = match.Index + match.Length;
        }
    }

    [GeneratedRegex(@"<!-- run: (?<situation>[a-z-]+) -->\n```console\n(?<body>.*?)```", RegexOptions.Singleline)]
    private static partial Regex BlockPattern();
}
