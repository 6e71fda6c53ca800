namespace EdgeKms.KeyRing.Failures;

/// <summary>
/// What can go wrong, once. The daemon's <c>ErrorTable</c> maps each code to gRPC status, exit code, public text and
/// docs anchor.
/// </summary>
public enum ErrorCode
{
    RingMissing,
    RingLost,
    RingDamaged,
    RingRolledBack,
    RingUnsupportedVersion,
    RingLimit,
    RingFull,
    RingExists,
    RingChanged,
    CheckpointDamaged,
    CheckpointOtherRing,
    TokenMissing,
    TokenDamaged,
    TokenOtherRing,
    TokenRefused,
    NodeLocked,
    PassphraseWrong,
    PassphraseUnusable,
    RecoveryCodeMistyped,
    RecoveryCodeWrong,
    NotPrivate,
    PermissionDenied,
    StorageFull,
    StorageReadOnly,
    StorageAbsent,
    StorageFailed,
    LockHeld,
    SelfTestFailed,
    KeyUnknown,
    KeyDestroyed,
    CiphertextInvalid,
    RequestInvalid,
    VersionRefused,
    SocketOccupied,
    SocketInUse,
    SocketFailed,
    AlreadyServing,
    BackupDamaged,
    BackupFailed,
    ObjectsUnreadable,
}
