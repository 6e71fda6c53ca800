namespace EdgeKms.Daemon.Kms;

/// <summary>
/// The uid of a call for the log, so that it can be joined with kube-apiserver's: its first 64 characters if they are
/// letters, digits and hyphens, as a UUID's are; other text from the wire is never logged.
/// </summary>
internal readonly record struct CallId
{
    private readonly string _text;

    private CallId(string text) => _text = text;

    /// <summary>Of a call without one.</summary>
    internal static CallId None => new("-");

    internal static CallId Of(string uid)
    {
        if (uid.Length is 0 or > 64)
            return None;
        foreach (var c in uid)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c != '-')
                return None;
        }
        return new CallId(uid);
    }

    public override string ToString() => _text;
}
