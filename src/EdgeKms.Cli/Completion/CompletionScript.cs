namespace EdgeKms.Cli.Completion;

/// <summary>
/// The shells' completion scripts, which are files beside this one. Each hands the line without the command's name to
/// <c>edgekms [suggest:POSITION] LINE</c>, so the shells know no command of edgekms by heart.
/// </summary>
internal static class CompletionScript
{
    public static IReadOnlyList<string> Shells { get; } = ["bash", "zsh", "fish"];

    /// <summary>The script of one of <see cref="Shells"/>.</summary>
    public static string Of(string shell)
    {
        using var stream = typeof(CompletionScript).Assembly.GetManifestResourceStream($"edgekms.{shell}")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
