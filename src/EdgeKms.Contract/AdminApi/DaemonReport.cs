namespace EdgeKms.Contract.AdminApi;

/// <param name="Pid">Process id.</param>
/// <param name="Started">When it started.</param>
public sealed record DaemonReport(int Pid, DateTime Started);
