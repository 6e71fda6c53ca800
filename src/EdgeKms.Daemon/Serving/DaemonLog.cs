using EdgeKms.Daemon.Kms;
using EdgeKms.Daemon.Metrics;
using EdgeKms.KeyRing.Failures;
using EdgeKms.KeyRing.Ring;
using EdgeKms.KeyRing.Verdict;
using Grpc.Core;

namespace EdgeKms.Daemon.Serving;

/// <summary>Every line that the daemon logs. Typed values only: no bytes, no request, no text from the wire.</summary>
internal static partial class DaemonLog
{
    [LoggerMessage(1, LogLevel.Information, "edgekmsd {version} serves {socket}, pid {pid}")]
    internal static partial void Serving(ILogger log, string version, string socket, int pid);

    [LoggerMessage(2, LogLevel.Information, "ring {ring} generation {generation}: active key {key}, {count} keys")]
    internal static partial void RingLoaded(ILogger log, RingId ring, int generation, KeyId key, int count);

    [LoggerMessage(3, LogLevel.Error, "the key ring can't be used: {code}: {detail}")]
    internal static partial void RingUnusable(ILogger log, ErrorCode code, string detail);

    [LoggerMessage(
        4,
        LogLevel.Error,
        "the key ring on disk can't be used, the one in memory goes on: {code}: {detail}"
    )]
    internal static partial void ReloadFailed(ILogger log, ErrorCode code, string detail);

    [LoggerMessage(
        5,
        LogLevel.Warning,
        "the checkpoint is missing or damaged: the next change of the ring writes a new one"
    )]
    internal static partial void CheckpointNotWhole(ILogger log);

    [LoggerMessage(6, LogLevel.Critical, "the self-test failed: Status reports an error until it passes")]
    internal static partial void SelfTestFailed(ILogger log);

    [LoggerMessage(7, LogLevel.Information, "the self-test passes again")]
    internal static partial void SelfTestPassesAgain(ILogger log);

    [LoggerMessage(8, LogLevel.Warning, "refused a connection to the {surface} socket from user {uid}, pid {pid}")]
    internal static partial void PeerRefused(ILogger log, string surface, uint uid, int pid);

    [LoggerMessage(9, LogLevel.Information, "stopping: calls under way finish")]
    internal static partial void Stopping(ILogger log);

    [LoggerMessage(EventId = 10, Message = "{method} uid={uid} key={keyHash} code={code} seconds={seconds:0.000000}")]
    internal static partial void Called(
        ILogger log,
        LogLevel level,
        KmsMethod method,
        CallId uid,
        string keyHash,
        StatusCode code,
        double seconds
    );

    [LoggerMessage(
        12,
        LogLevel.Warning,
        "{method} uid={uid} key={keyHash} code={code} seconds={seconds:0.000000} failed: {problem}"
    )]
    internal static partial void CallFailed(
        ILogger log,
        KmsMethod method,
        CallId uid,
        string keyHash,
        StatusCode code,
        double seconds,
        string problem
    );

    [LoggerMessage(14, LogLevel.Information, "rotated: generation {generation}, active key {key}, retired {old}")]
    internal static partial void Rotated(ILogger log, int generation, KeyId key, KeyId old);

    [LoggerMessage(15, LogLevel.Error, "the schedule could not write, the ring in memory goes on: {code}: {detail}")]
    internal static partial void RotationFailed(ILogger log, ErrorCode code, string detail);

    [LoggerMessage(
        16,
        LogLevel.Warning,
        "the clock is behind the last time seen: nothing is rotated until it has caught up or \"edgekms rotate\" is run"
    )]
    internal static partial void ClockBehind(ILogger log);

    [LoggerMessage(17, LogLevel.Warning, "the change is made, but: {code}: {text}")]
    internal static partial void ChangeWarning(ILogger log, ErrorCode code, string text);

    [LoggerMessage(
        18,
        LogLevel.Warning,
        "the files were lost or damaged: wrote the ring in memory, generation {generation}"
    )]
    internal static partial void Persisted(ILogger log, int generation);

    [LoggerMessage(19, LogLevel.Warning, "the audit log could not be written")]
    internal static partial void AuditFailed(ILogger log);

    [LoggerMessage(20, LogLevel.Information, "group {group} sees status and metrics on {socket}")]
    internal static partial void Observed(ILogger log, string group, string socket);

    [LoggerMessage(
        21,
        LogLevel.Information,
        "{socket} is left to whoever starts the daemon to give to the group: {detail}"
    )]
    internal static partial void NotObserved(ILogger log, string socket, string detail);

    [LoggerMessage(
        22,
        LogLevel.Information,
        "a client of user {uid}, pid {pid} sends the authority of KMS v1 or of Kubernetes before 1.32"
    )]
    internal static partial void AuthorityExchanged(ILogger log, uint uid, int pid);

    [LoggerMessage(
        23,
        LogLevel.Warning,
        "kms.v1 is on: KMS v1 is deprecated in Kubernetes, and a rotation does not move the objects that are stored with it"
    )]
    internal static partial void V1Served(ILogger log);

    [LoggerMessage(24, LogLevel.Warning, "kept what was in the way of the ring in memory as {names}")]
    internal static partial void SetAside(ILogger log, string names);

    [LoggerMessage(25, LogLevel.Warning, "{case}: {text}; {hint}")]
    internal static partial void Found(ILogger log, RingCase @case, string text, string hint);

    [LoggerMessage(26, LogLevel.Information, "the key ring, its files and its checkpoint are well again")]
    internal static partial void WellAgain(ILogger log);

    [LoggerMessage(27, LogLevel.Error, "{loop} failed, and begins again in {seconds} s")]
    internal static partial void LoopFailed(ILogger log, string loop, int seconds, Exception failure);

    [LoggerMessage(28, LogLevel.Critical, "edgekmsd ends")]
    internal static partial void Ended(ILogger log, Exception failure);

    [LoggerMessage(29, LogLevel.Warning, "last-scan.json is dropped until the next scan: {code}")]
    internal static partial void ScanDropped(ILogger log, ErrorCode code);

    [LoggerMessage(30, LogLevel.Warning, "the last scan is in memory alone, a restart forgets it: {code}")]
    internal static partial void ScanNotKept(ILogger log, ErrorCode code);

    [LoggerMessage(13, LogLevel.Warning, "core dumps could not be forbidden")]
    internal static partial void DumpsAllowed(ILogger log);
}
