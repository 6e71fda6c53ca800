using EdgeKms.Contract.Settings;
using EdgeKms.KeyRing.Failures;

namespace EdgeKms.Daemon.Sockets;

/// <summary>Users and groups of the settings, looked up once at the start.</summary>
/// <param name="KmsGroup">Group of the KMS socket; null for none.</param>
/// <param name="ObserverGroup">Group that observes; null where there is no observer socket.</param>
/// <param name="Reporter">User that reports over the observer socket; null for none.</param>
internal sealed record SocketAccess(uint? KmsGroup, uint? ObserverGroup, uint? Reporter)
{
    /// <exception cref="EdgeKmsException">
    /// <see cref="ErrorCode.SocketFailed"/>: there is no such KMS group. Whoever may only look is no reason not to serve: a group
    /// that is missing has no socket.
    /// </exception>
    internal static SocketAccess Of(EdgeKmsSettings settings) =>
        new(
            settings.KmsGroup.Length == 0 ? null : Ownership.GroupId(settings.KmsGroup),
            Ownership.TryGroupId(settings.ObserverGroup),
            Ownership.TryUserId(settings.ObserverReporter)
        );
}
