namespace EdgeKms.Cli.Report.Timeline;

/// <summary>Text at a place of the scale that doesn't leave the picture.</summary>
internal static class TimelineLabel
{
    /// <summary>Which part of a text is at its place, so that all of it stays within the scale.</summary>
    internal static string Anchor(double x, TimeScale scale, double width) =>
        x - (width / 2) < scale.Left ? "start"
        : x + (width / 2) > scale.Right ? "end"
        : "middle";

    /// <summary>A key's id in so many characters; a longer one is no id of ours.</summary>
    internal static string Short(string id, int most) =>
        id.Length <= most ? id : string.Concat(id.AsSpan(0, most - 1), "…");
}
