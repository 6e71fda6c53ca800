namespace EdgeKms.Cli.Report;

/// <summary>The rotation that the settings ask for.</summary>
/// <param name="Text">The period as the settings write it, such as <c>30d</c>.</param>
/// <param name="Period">The same.</param>
/// <param name="IsPaused">True where the schedule is stopped.</param>
internal sealed record RotationRule(string Text, TimeSpan Period, bool IsPaused);
