namespace EdgeKms.Contract.AdminApi;

/// <param name="PeriodSeconds">Age in seconds at which the active key is due.</param>
/// <param name="Paused">True: the schedule does nothing.</param>
/// <param name="ClockBehind">True: the clock is behind the last time seen, so the schedule waits.</param>
public sealed record RotationPolicyReport(long PeriodSeconds, bool Paused, bool ClockBehind);
