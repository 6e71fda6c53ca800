using System.Text;
using EdgeKms.Contract.AdminApi;
using EdgeKms.Contract.Failures;
using EdgeKms.KeyRing.Failures;
using Grpc.Core;

namespace EdgeKms.Daemon.Errors;

/// <summary>The one table of errors; docs/reference/errors.md repeats it, a test compares.</summary>
internal static class ErrorTable
{
    private const string Repair =
        "run \"edgekms repair\" on the machine and enter the administrator passphrase or the recovery code";

    /// <summary>
    /// What fits depends on what else this machine knows, so the public text names no remedy: the verdict does, where it is asked.
    /// </summary>
    private const string Ask =
        "run \"edgekms status\" on the machine: it names the command that fits; don't restart an edgekmsd that still runs, and make no new ring";

    private static readonly Dictionary<ErrorCode, ErrorEntry> Entries = new()
    {
        [ErrorCode.RingMissing] = new(
            StatusCode.FailedPrecondition,
            ExitCode.NoRing,
            "there is no key ring on this machine",
            Ask
        ),
        [ErrorCode.RingLost] = new(
            StatusCode.FailedPrecondition,
            ExitCode.Damaged,
            "the key ring is missing, but this machine had one",
            Ask
        ),
        [ErrorCode.RingDamaged] = new(StatusCode.DataLoss, ExitCode.Damaged, "the key ring file is damaged", Ask),
        [ErrorCode.RingRolledBack] = new(
            StatusCode.FailedPrecondition,
            ExitCode.Damaged,
            "the key ring is older than the one that this machine used last",
            Ask
        ),
        [ErrorCode.RingUnsupportedVersion] = new(
            StatusCode.FailedPrecondition,
            ExitCode.Upgrade,
            "the key ring was written by a newer EdgeKms",
            "upgrade EdgeKms; the ring is whole"
        ),
        [ErrorCode.RingLimit] = new(
            StatusCode.FailedPrecondition,
            ExitCode.Damaged,
            "the key ring is over a limit of its format",
            "run \"edgekms status\" on the machine and compare with the limits in the reference"
        ),
        [ErrorCode.RingFull] = new(
            StatusCode.FailedPrecondition,
            ExitCode.Refused,
            "the key ring has no room for it",
            "nothing was changed and everything stays readable; room for a key is made by \"edgekms keys destroy\" (\"edgekms doctor\" names the key), for a slot by \"edgekms slot remove\""
        ),
        [ErrorCode.RingExists] = new(
            StatusCode.AlreadyExists,
            ExitCode.Refused,
            "there is a key ring already, or something is left of one",
            "nothing was changed; \"edgekms status\" shows what is there, and \"edgekms rotate\" makes a new key in it"
        ),
        [ErrorCode.RingChanged] = new(
            StatusCode.Unavailable,
            ExitCode.Busy,
            "the key ring changed while it was read",
            "try again"
        ),
        [ErrorCode.CheckpointDamaged] = new(
            StatusCode.FailedPrecondition,
            ExitCode.Damaged,
            "the checkpoint is missing or damaged; an older ring put back would not be noticed",
            Ask
        ),
        [ErrorCode.CheckpointOtherRing] = new(
            StatusCode.FailedPrecondition,
            ExitCode.Damaged,
            "the checkpoint belongs to another key ring",
            Ask
        ),
        [ErrorCode.TokenMissing] = new(
            StatusCode.FailedPrecondition,
            ExitCode.Sealed,
            "the key ring is sealed: there is no node token",
            Repair
        ),
        [ErrorCode.TokenDamaged] = new(
            StatusCode.FailedPrecondition,
            ExitCode.Sealed,
            "the key ring is sealed: the node token is damaged",
            Repair
        ),
        [ErrorCode.TokenOtherRing] = new(
            StatusCode.FailedPrecondition,
            ExitCode.Sealed,
            "the key ring is sealed: the node token was made for another key ring",
            Repair
        ),
        [ErrorCode.TokenRefused] = new(
            StatusCode.FailedPrecondition,
            ExitCode.Sealed,
            "the key ring is sealed: the node token opens no slot of it",
            Repair
        ),
        [ErrorCode.NodeLocked] = new(
            StatusCode.FailedPrecondition,
            ExitCode.Sealed,
            "the key ring is sealed: this machine was off for longer than node.lockAfterOfflineDays allows",
            Repair
        ),
        [ErrorCode.PassphraseWrong] = new(
            StatusCode.PermissionDenied,
            ExitCode.Credential,
            "wrong passphrase",
            "try again, or use the recovery code; a backup opens with the passphrase and the code of its day"
        ),
        [ErrorCode.PassphraseUnusable] = new(
            StatusCode.InvalidArgument,
            ExitCode.Usage,
            "the passphrase can't be used",
            "a passphrase has 12 to 1024 bytes on one line"
        ),
        [ErrorCode.RecoveryCodeMistyped] = new(
            StatusCode.InvalidArgument,
            ExitCode.Credential,
            "the recovery code has a typing mistake",
            "compare the named group with the paper: 8 groups of 5, digits and letters without I, L, O and U"
        ),
        [ErrorCode.RecoveryCodeWrong] = new(
            StatusCode.PermissionDenied,
            ExitCode.Credential,
            "the recovery code is well-formed, but not that of this key ring",
            "look for the code that was shown when this ring was made or got a new one, or use the passphrase; a backup opens with those of its day"
        ),
        [ErrorCode.NotPrivate] = new(
            StatusCode.FailedPrecondition,
            ExitCode.Permission,
            "a file or directory of the key ring can be reached by others",
            "directories must be 0700 and files 0600, owned by the daemon's user: \"edgekms repair\" corrects them, or names "
                + "what a person must look at"
        ),
        [ErrorCode.PermissionDenied] = new(
            StatusCode.PermissionDenied,
            ExitCode.Permission,
            "only an administrator of this machine may do that",
            "run the command as root, for example with sudo"
        ),
        [ErrorCode.StorageFull] = new(
            StatusCode.ResourceExhausted,
            ExitCode.Io,
            "the disk is full",
            "free some space and try again; the key ring is as it was before"
        ),
        [ErrorCode.StorageReadOnly] = new(
            StatusCode.FailedPrecondition,
            ExitCode.Io,
            "the file system is read-only",
            "remount it for writing (and look for disk errors in the kernel's log); the key ring is as it was before"
        ),
        [ErrorCode.StorageAbsent] = new(
            StatusCode.FailedPrecondition,
            ExitCode.Io,
            "the key ring's directory is a symbolic link that points to nothing",
            "mount what it points to: a running edgekmsd finds the key ring by itself then; never run \"edgekms init\" in its "
                + "place: a new ring can't read the stored objects"
        ),
        [ErrorCode.StorageFailed] = new(
            StatusCode.Unavailable,
            ExitCode.Io,
            "the key ring's storage failed",
            "look for disk errors in the kernel's log; the key ring is as it was before"
        ),
        [ErrorCode.LockHeld] = new(
            StatusCode.Unavailable,
            ExitCode.Busy,
            "another process is changing the key ring",
            "wait for it to end and try again"
        ),
        [ErrorCode.SelfTestFailed] = new(
            StatusCode.Internal,
            ExitCode.Unhealthy,
            "the self-test failed: a test value could not be wrapped and unwrapped",
            "run \"edgekms doctor\" on the machine: it says whether edgekmsd may be restarted; if it comes again, test the machine's memory"
        ),
        [ErrorCode.KeyUnknown] = new(
            StatusCode.NotFound,
            ExitCode.Failed,
            "the key id is not in this key ring",
            "the object was written with another ring, this ring is older, or its key was destroyed long ago (\"edgekms audit-log show\"): run \"edgekms status\" on the machine"
        ),
        [ErrorCode.KeyDestroyed] = new(
            StatusCode.FailedPrecondition,
            ExitCode.Failed,
            "the key was destroyed by an administrator",
            "restore the object from a backup that was made after its re-encryption"
        ),
        [ErrorCode.CiphertextInvalid] = new(
            StatusCode.InvalidArgument,
            ExitCode.Failed,
            "the ciphertext is not one of this key, or was changed",
            "the stored object is damaged or was copied from another cluster"
        ),
        [ErrorCode.RequestInvalid] = new(
            StatusCode.InvalidArgument,
            ExitCode.Failed,
            "the request is empty or too large",
            "plaintext has 1 to 65475 bytes, with KMS v1 as many as fit a cipher of 1024 bytes; ciphertext and key id are not empty"
        ),
        [ErrorCode.VersionRefused] = new(
            StatusCode.InvalidArgument,
            ExitCode.Failed,
            "the request of KMS v1 names another version than v1beta1",
            "kube-apiserver names v1beta1: another client must do the same in each Encrypt and Decrypt"
        ),
        [ErrorCode.SocketOccupied] = new(
            StatusCode.FailedPrecondition,
            ExitCode.Refused,
            "something that is not a socket is where the socket should be",
            "move it away, or name another path in edgekms.json"
        ),
        [ErrorCode.SocketInUse] = new(
            StatusCode.FailedPrecondition,
            ExitCode.Busy,
            "another process listens on the socket",
            "edgekmsd runs already: \"edgekms status\" asks it"
        ),
        [ErrorCode.SocketFailed] = new(
            StatusCode.FailedPrecondition,
            ExitCode.Io,
            "the socket can't be made",
            "its directory must exist, belong to the daemon's user and be writable by nobody else"
        ),
        [ErrorCode.AlreadyServing] = new(
            StatusCode.FailedPrecondition,
            ExitCode.Busy,
            "another edgekmsd serves this key ring",
            "ask it with \"edgekms status\"; stop it before you start another"
        ),
        [ErrorCode.BackupDamaged] = new(
            StatusCode.DataLoss,
            ExitCode.Damaged,
            "the backup is damaged",
            "take another backup: each one holds every key of its generation"
        ),
        [ErrorCode.BackupFailed] = new(
            StatusCode.Unavailable,
            ExitCode.Io,
            "the backup could not be written",
            "mount the disk of backup.directory, or make room on it; the key ring is as it was before"
        ),
        [ErrorCode.ObjectsUnreadable] = new(
            StatusCode.FailedPrecondition,
            ExitCode.Damaged,
            "stored objects are under a key that this key ring doesn't have: unreadable",
            "a backup of the key ring may have the key: \"edgekms restore --verify FILE\" lists those of a backup and changes nothing; neither delete the objects nor remove a backup"
        ),
    };

    internal static ErrorEntry Of(ErrorCode code) => Entries[code];

    /// <summary>Code as documented: <c>ring-missing</c>.</summary>
    internal static string Name(ErrorCode code)
    {
        var name = new StringBuilder();
        foreach (var c in code.ToString())
        {
            if (char.IsAsciiLetterUpper(c) && name.Length > 0)
                name.Append('-');
            name.Append(char.ToLowerInvariant(c));
        }
        return name.ToString();
    }

    /// <summary>For kube-apiserver and its users: public text and hint only.</summary>
    internal static RpcException ToRpc(ErrorCode code)
    {
        var entry = Of(code);
        return new RpcException(new Status(entry.Grpc, $"{entry.Text}; {entry.Hint} [{Name(code)}]"));
    }

    /// <summary>For the administrator's terminal: the detail with its paths.</summary>
    internal static CommandException ToCommand(EdgeKmsException e)
    {
        var entry = Of(e.Code);
        return new CommandException(entry.Exit, e.Detail ?? entry.Text, e.Hint ?? entry.Hint, e);
    }

    /// <summary>For reports: public words.</summary>
    internal static ProblemReport ToProblem(ErrorCode code)
    {
        var entry = Of(code);
        return new ProblemReport(Name(code), entry.Text, entry.Hint);
    }
}
