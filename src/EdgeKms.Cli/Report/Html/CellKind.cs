namespace EdgeKms.Cli.Report.Html;

/// <summary>How a cell is shown.</summary>
internal enum CellKind
{
    Text,
    Code,
    Number,
    Date,
    Badge,
}
