namespace EdgeKms.Cluster.InForce;

/// <summary>
/// Whether a file is what the API server works with. Reasons are for people, go on after "it", and advise nothing: what to do
/// depends on which file lies on disk by then.
/// </summary>
public abstract record InForceVerdict
{
    private InForceVerdict() { }

    /// <summary>The reason; null for <see cref="Taken"/>.</summary>
    public abstract string? Reason { get; }

    /// <summary>It works with the file, and is ready.</summary>
    public sealed record Taken : InForceVerdict
    {
        public override string? Reason => null;
    }

    /// <summary>It can't be said yet, or works with neither this file nor the one before.</summary>
    /// <param name="Text">Why.</param>
    /// <param name="ProbeTells">True where its metrics can't tell, so that only an object that it writes can.</param>
    public sealed record NotYet(string Text, bool ProbeTells = false) : InForceVerdict
    {
        public override string Reason => Text;
    }

    /// <summary>It tried to load the file and failed; it tries again by itself, so only a failure that stays is final.</summary>
    /// <param name="Text">Why.</param>
    public sealed record Refused(string Text) : InForceVerdict
    {
        public override string Reason => Text;
    }

    /// <summary>It works with what it worked with before the file was exchanged.</summary>
    /// <param name="Text">Why.</param>
    public sealed record StillBefore(string Text) : InForceVerdict
    {
        public override string Reason => Text;
    }

    /// <summary>It doesn't answer.</summary>
    /// <param name="Text">Why.</param>
    public sealed record Down(string Text) : InForceVerdict
    {
        public override string Reason => Text;
    }

    /// <summary>It works with the file, and isn't ready.</summary>
    /// <param name="Text">The checks that fail.</param>
    public sealed record NotReady(string Text) : InForceVerdict
    {
        public override string Reason => Text;
    }
}
