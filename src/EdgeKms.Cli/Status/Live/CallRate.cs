namespace EdgeKms.Cli.Status.Live;

/// <summary>Calls of one method, now and in all.</summary>
/// <param name="Method">Its name.</param>
/// <param name="PerSecond">Since the frame before; null in the first.</param>
/// <param name="Median">Seconds that half of the recent calls stayed within; null without recent calls.</param>
/// <param name="Most">Seconds that 99 % of them stayed within.</param>
/// <param name="Total">Calls since the daemon's start.</param>
/// <param name="Failed">Those with another code than OK.</param>
internal sealed record CallRate(
    string Method,
    double? PerSecond,
    double? Median,
    double? Most,
    double Total,
    double Failed
);
