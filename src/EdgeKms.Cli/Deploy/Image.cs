using EdgeKms.Cluster.Deploy.Files;
using EdgeKms.Cluster.Deploy.Units;

namespace EdgeKms.Cli.Deploy;

/// <param name="Root">Where the files are.</param>
/// <param name="Unit">How edgekmsd runs there.</param>
internal sealed record Image(ImageRoot Root, ProviderUnit Unit);
