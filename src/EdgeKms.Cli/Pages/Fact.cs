namespace EdgeKms.Cli.Pages;

/// <summary>One labelled value.</summary>
internal sealed record Fact(string Label, string Value);
