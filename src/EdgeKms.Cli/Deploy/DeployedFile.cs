namespace EdgeKms.Cli.Deploy;

/// <param name="Path">As the machine sees it.</param>
/// <param name="State"><c>new</c>, <c>changed</c>, <c>removed</c> or <c>unchanged</c>.</param>
internal sealed record DeployedFile(string Path, string State);
