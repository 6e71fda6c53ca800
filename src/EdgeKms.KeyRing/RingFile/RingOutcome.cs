namespace EdgeKms.KeyRing.RingFile;

/// <summary>What reading a ring file ended with; the words of the test vectors.</summary>
public enum RingOutcome
{
    Ok,

    /// <summary>The text header breaks a rule of the format.</summary>
    HeaderFailure,

    /// <summary>The header's HMAC is not that of the ring key.</summary>
    MacFailure,

    /// <summary>The sealed body is cut, changed, or holds other keys than the header says.</summary>
    BodyFailure,

    /// <summary>The secret opens no slot.</summary>
    NotMySlot,

    /// <summary>A newer EdgeKms wrote the file.</summary>
    UnsupportedVersion,

    /// <summary>A size, count or work factor is over the cap.</summary>
    Limit,
}
