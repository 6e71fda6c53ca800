using System.Buffers;

namespace EdgeKms.Cluster.Text;

/// <summary>A word of a command that a person pastes into a POSIX shell.</summary>
public static class ShellWord
{
    /// <summary>Characters that no shell reads anything into.</summary>
    private static readonly SearchValues<char> s_bare = SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./:=,@%+-"
    );

    /// <summary>As it is where no shell reads anything into it, else in single quotes.</summary>
    public static string Of(string text) =>
        text.Length > 0 && !text.AsSpan().ContainsAnyExcept(s_bare)
            ? text
            : $"'{text.Replace("'", @"'\''", StringComparison.Ordinal)}'";
}
