using EdgeKms.KeyRing.Failures;

namespace EdgeKms.KeyRing.Changes;

/// <summary>Something beside the ring that failed in a change which is made and stands.</summary>
/// <param name="Code">CheckpointDamaged, BackupFailed or StorageFailed.</param>
/// <param name="Text">For the administrator: what, and what that means.</param>
public sealed record ChangeWarning(ErrorCode Code, string Text);
