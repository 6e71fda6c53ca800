using EdgeKms.Contract.Settings;

namespace EdgeKms.Cli.Status;

/// <summary>Where the daemon tells about itself.</summary>
/// <param name="Admin">For root.</param>
/// <param name="Observer">For a group, which sees status and metrics alone; null asks the other only.</param>
internal sealed record DaemonSockets(string Admin, string? Observer = null)
{
    internal static DaemonSockets Of(EdgeKmsSettings settings) => new(settings.AdminSocket, settings.ObserverSocket);
}
