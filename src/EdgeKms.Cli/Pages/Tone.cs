namespace EdgeKms.Cli.Pages;

/// <summary>How a page's first line is coloured on a terminal.</summary>
internal enum Tone
{
    Good,
    Doubtful,
    Bad,
}
