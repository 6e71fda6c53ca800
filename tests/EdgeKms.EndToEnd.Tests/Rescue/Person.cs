using System.Text;
using EdgeKms.EndToEnd.Tests.Processes;

namespace EdgeKms.EndToEnd.Tests.Rescue;

/// <summary>
/// A person who knows nothing of key rings: he asks for the status, and types the first command that the last output tells him to
/// run, until the status says that all is well.
/// </summary>
internal sealed class Person(Machine machine)
{
    private const string Status = "edgekms status";
    private const int Steps = 8;

    private readonly List<(string Command, CommandResult Result)> _typed = [];

    internal IReadOnlyList<string> Typed => [.. _typed.Select(t => t.Command)];

    /// <summary>All that was printed for him.</summary>
    internal string Transcript =>
        _typed
            .Aggregate(
                new StringBuilder(),
                (text, t) => text.Append("$ ").AppendLine(t.Command).AppendLine(t.Result.ToString())
            )
            .ToString();

    /// <summary>Every command that he was told to run, typed or not.</summary>
    internal IEnumerable<string> Told => _typed.SelectMany(t => Advice.In(t.Result));

    /// <exception cref="Xunit.Sdk.XunitException">He was told nothing that helps, or the same again and again.</exception>
    internal async Task Rescue()
    {
        var last = await Type(Status);
        for (var step = 0; !IsHealthy(last); step++)
        {
            Assert.True(step < Steps, $"still not healthy after {Steps} commands\n{Transcript}");
            var next = Advice.In(last) is [var first, ..] ? first : null;
            if (next is null)
            {
                Assert.True(_typed[^1].Command != Status, $"told nothing to run\n{Transcript}");
                next = Status;
            }
            else
            {
                Assert.True(Typed.Count(c => c == next) < 2, $"told the same a third time: {next}\n{Transcript}");
            }
            last = await Type(next);
            if (next != Status && last.Exit == 0 && Advice.In(last).Count == 0)
                last = await Type(Status);
        }
    }

    private async Task<CommandResult> Type(string command)
    {
        var result = await machine.Type(command);
        _typed.Add((command, result));
        return result;
    }

    private bool IsHealthy(CommandResult last) =>
        _typed[^1].Command == Status
        && last.Exit == 0
        && last.Output.Contains("healthy", StringComparison.Ordinal)
        && Advice.In(last).Count == 0;
}
