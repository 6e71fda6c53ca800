namespace EdgeKms.Contract.AdminApi;

/// <summary>What <c>edgekms init -o json</c> prints. The recovery code is never in it.</summary>
public sealed record InitReport(string RingId, string KeyId, long Generation, bool DryRun, bool DaemonReloaded);
