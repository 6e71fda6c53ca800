using EdgeKms.KeyRing.Failures;
using EdgeKms.KeyRing.Ring;

namespace EdgeKms.Daemon.Kms;

/// <summary>What a call has come to, for its line in the log; a feature of the request.</summary>
/// <param name="Uid">Of the request.</param>
/// <param name="Key">The KEK that was used; null where none was.</param>
/// <param name="Problem">Why it failed; null where it didn't, or where gRPC refused it.</param>
/// <param name="IsHealthCheck">True where kube-apiserver only asked whether its provider works (KMS v1).</param>
internal sealed record CallNote(CallId Uid, KeyId? Key, ErrorCode? Problem, bool IsHealthCheck);
