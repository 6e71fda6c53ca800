using System.Globalization;
using EdgeKms.Contract.CommandLine;
using EdgeKms.Daemon.Credentials;
using EdgeKms.KeyRing.Failures;
using EdgeKms.KeyRing.Ring;
using EdgeKms.KeyRing.Slots;

namespace EdgeKms.Daemon.Changes;

/// <summary>
/// What a credential is tried on, and so what the refusal of a wrong one says: this machine's ring opens with the passphrase of today,
/// a copy with that of its own day.
/// </summary>
internal sealed class CredentialTarget
{
    private const string AllLost =
        "where passphrase and code are both lost, nothing is lost yet and docs/operate/lost-credentials.md is the way; else ";

    private readonly string? _copy;
    private readonly Func<bool> _tokenOpens;

    private CredentialTarget(string? copy, Func<bool> tokenOpens) => (_copy, _tokenOpens) = (copy, tokenOpens);

    /// <summary>A backup.</summary>
    internal static CredentialTarget Backup { get; } = new("backup", () => false);

    /// <summary>The newest of the generations on this machine, none of which opened.</summary>
    internal static CredentialTarget Generation { get; } = new("generation", () => false);

    /// <param name="tokenOpens">Whether the node token still opens the ring; asked after a refusal only.</param>
    internal static CredentialTarget Ring(Func<bool> tokenOpens) => new(null, tokenOpens);

    /// <summary>The refusal of a passphrase or code that opens no slot.</summary>
    /// <param name="tried">What was tried.</param>
    /// <param name="ring">The ring that it was tried on.</param>
    /// <param name="typed">The command, for the hint: its last words can be pasted.</param>
    internal EdgeKmsException Refuse(SlotKind tried, RingHeader ring, TypedCommand typed)
    {
        var code = tried == SlotKind.Admin ? ErrorCode.PassphraseWrong : ErrorCode.RecoveryCodeWrong;
        return _copy is null
            ? new EdgeKmsException(code) { Hint = OfRing(tried, ring, typed, _tokenOpens()) }
            : new EdgeKmsException(
                code,
                (
                    tried == SlotKind.Admin
                        ? "wrong passphrase for "
                        : "the recovery code is well-formed, but not that of "
                ) + $"the {_copy} of {Minute(ring.Written)}"
            )
            {
                Hint = OfCopy(_copy, tried, ring, typed),
            };
    }

    private static string OfRing(SlotKind tried, RingHeader ring, TypedCommand typed, bool tokenOpens)
    {
        var again = Again(typed);
        if (!typed.Takes(KeyCommand.RecoveryCodeFileName) && tokenOpens)
            return $"without a passphrase the node token opens the ring: {again}";
        return (tokenOpens ? AllLost : "")
            + (
                tried == SlotKind.Recovery
                    ? $"{WhichCode(ring)}, or use the passphrase: {again}"
                    : OtherWay(ring, typed, "the recovery code")
            );
    }

    private static string OfCopy(string copy, SlotKind tried, RingHeader ring, TypedCommand typed) =>
        $"a {copy} opens with the passphrase and the code of its day, and this one has {Slots(ring)}; "
        + (
            tried == SlotKind.Recovery
                ? $"try again, or use the passphrase of that day: {Again(typed)}"
                : OtherWay(ring, typed, "the recovery code of that day")
        );

    /// <summary>After a wrong passphrase: the code, where the ring has one and the command takes it.</summary>
    private static string OtherWay(RingHeader ring, TypedCommand typed, string code)
    {
        if (ring.Slots.All(s => s.Kind != SlotKind.Recovery))
            return $"try again, since there is no recovery code: {Again(typed)}";
        return typed.Takes(KeyCommand.RecoveryCodeFileName)
            ? $"try again, or use {code}: {Again(typed).With(KeyCommand.RecoveryCodeFileName, "-")}"
            : $"try again; an empty passphrase at the terminal asks for {code}: {Again(typed)}";
    }

    private static string WhichCode(RingHeader ring) =>
        ring.Slots.LastOrDefault(s => s.Kind == SlotKind.Recovery) is { } slot
            ? $"look for the code of {Minute(slot.Created)}"
            : "try again with a passphrase, since there is no recovery code";

    private static TypedCommand Again(TypedCommand typed) =>
        typed.Without(KeyCommand.PassphraseFileName, KeyCommand.RecoveryCodeFileName);

    private static string Slots(RingHeader ring) =>
        string.Join(
            ", ",
            ring.Slots.Where(s => s.Kind is SlotKind.Admin or SlotKind.Recovery)
                .Select(s =>
                    string.Create(CultureInfo.InvariantCulture, $"slot {s.Number} {Slot.KindText(s.Kind)} of ")
                    + Minute(s.Created)
                )
        );

    private static string Minute(DateTime time) =>
        time.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);
}
