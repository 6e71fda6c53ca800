using System.Buffers;
using System.CommandLine;
using System.CommandLine.Parsing;

namespace EdgeKms.Daemon.Credentials;

/// <summary>
/// The command as the person typed it, so that a hint is the same command with one option given otherwise, and can be
/// pasted into a shell. It holds file names and never a secret: none is taken from the command line.
/// </summary>
internal sealed class TypedCommand
{
    /// <summary>Characters that no shell reads anything into.</summary>
    private static readonly SearchValues<char> s_bare = SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./:=,@%+-"
    );

    private readonly IReadOnlyList<Word> _words;
    private readonly IReadOnlyList<string> _options;

    private TypedCommand(IReadOnlyList<Word> words, IReadOnlyList<string> options) =>
        (_words, _options) = (words, options);

    /// <summary>Of whoever calls a verb without a command line.</summary>
    internal static TypedCommand Unknown { get; } = new([], []);

    internal static TypedCommand Of(ParseResult parsed)
    {
        var words = new List<Word> { new("edgekms", null) };
        foreach (var token in parsed.Tokens)
        {
            var option = token.Type == TokenType.Argument && words[^1].IsOption ? words[^1].Text : null;
            words.Add(new Word(token.Value, option, token.Type == TokenType.Option));
        }
        return new TypedCommand(words, [.. parsed.CommandResult.Command.Options.Select(o => o.Name)]);
    }

    /// <summary>Whether the command has this option.</summary>
    internal bool Takes(string option) => _options.Contains(option, StringComparer.Ordinal);

    /// <summary>The same command without these options and their values.</summary>
    internal TypedCommand Without(params string[] options) =>
        new([.. _words.Where(w => !options.Contains(w.Option ?? w.Text, StringComparer.Ordinal))], _options);

    /// <summary>The same command with an option that has this value.</summary>
    internal TypedCommand With(string option, string value)
    {
        var words = Without(option)._words.ToList();
        var end = words.FindIndex(w => w.Text == "--"); // behind it everything is an argument
        words.InsertRange(
            end < 0 ? words.Count : end,
            [new Word(option, null, IsOption: true), new Word(value, option)]
        );
        return new TypedCommand(words, _options);
    }

    /// <summary>As a shell takes it.</summary>
    public override string ToString() =>
        _words is [{ Text: "edgekms" }, ..] ? Text(_words)
        : _words.Count > 0 ? "the same command with " + Text(_words)
        : "the same command";

    /// <summary>One word of a shell.</summary>
    internal static string Quote(string word) =>
        word.Length > 0 && !word.AsSpan().ContainsAnyExcept(s_bare)
            ? word
            : $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    private static string Text(IEnumerable<Word> words) =>
        string.Concat(words.Select(w => w.IsJoined ? "=" + Quote(w.Text) : " " + Quote(w.Text))).TrimStart();

    /// <param name="Text">What was typed.</param>
    /// <param name="Option">The option whose value it is.</param>
    /// <param name="IsOption">True for an option's name.</param>
    private sealed record Word(string Text, string? Option, bool IsOption = false)
    {
        /// <summary>A value that begins with a hyphen would else be read as an option.</summary>
        internal bool IsJoined => Option is not null && Text.Length > 1 && Text[0] == '-';
    }
}
