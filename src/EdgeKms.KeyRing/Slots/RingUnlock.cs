using EdgeKms.KeyRing.Failures;
using EdgeKms.KeyRing.Ring;
using EdgeKms.KeyRing.RingFile;
using EdgeKms.KeyRing.Secrets;

namespace EdgeKms.KeyRing.Slots;

/// <summary>From a credential to the ring key.</summary>
public static class RingUnlock
{
    /// <summary>True for what <see cref="ByToken"/> says of a token that opens nothing: the ring is sealed.</summary>
    public static bool IsTokenProblem(ErrorCode code) =>
        code
            is ErrorCode.TokenMissing
                or ErrorCode.TokenDamaged
                or ErrorCode.TokenOtherRing
                or ErrorCode.TokenRefused
                or ErrorCode.NodeLocked;

    /// <summary>The ring key by the node token in <paramref name="directory"/>.</summary>
    /// <exception cref="EdgeKmsException">TokenMissing, TokenDamaged, TokenOtherRing, TokenRefused, NotPrivate, or I/O.</exception>
    public static SecretBytes ByToken(RingHeader ring, IStateDirectory directory, string name)
    {
        using var token =
            NodeToken.TryParse(ReadToken(directory, name))
            ?? throw new EdgeKmsException(
                ErrorCode.TokenDamaged,
                $"the node token {Path.Combine(directory.Path, name)} is damaged"
            );
        if (token.Ring != ring.Id)
            throw new EdgeKmsException(ErrorCode.TokenOtherRing, "the node token was made for another key ring");
        return TryOpen(ring, SlotKind.Node, slot => SlotStretch.TryStretch(slot.Kdf, slot.Salt, token.Secret))
            ?? throw new EdgeKmsException(ErrorCode.TokenRefused, "the node token opens no slot of this key ring");
    }

    private static byte[] ReadToken(IStateDirectory directory, string name)
    {
        try
        {
            return directory.Read(name, NodeToken.MaxBytes)
                ?? throw new EdgeKmsException(
                    ErrorCode.TokenMissing,
                    $"there is no node token {Path.Combine(directory.Path, name)}"
                );
        }
        catch (EdgeKmsException e) when (e.Code == ErrorCode.RingLimit)
        {
            return []; // larger than a token can be: damaged
        }
    }

    /// <summary>The ring key by a passphrase or recovery code; null when no slot of this kind takes it.</summary>
    /// <param name="ring">The ring's header.</param>
    /// <param name="kind">Which slots to try.</param>
    /// <param name="stretch">The slot's secret, stretched as its KDF says; null where that can't be done here.</param>
    public static SecretBytes? TryOpen(RingHeader ring, SlotKind kind, Func<Slot, SecretBytes?> stretch)
    {
        foreach (var slot in ring.Slots.Where(s => s.Kind == kind))
        {
            using var stretched = stretch(slot);
            if (stretched is not null && SlotSeal.TryOpen(ring.Id, slot, stretched) is { } ringKey)
                return ringKey;
        }
        return null;
    }
}
