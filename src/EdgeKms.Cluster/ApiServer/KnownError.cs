namespace EdgeKms.Cluster.ApiServer;

/// <summary>A text of kube-apiserver that means one thing.</summary>
/// <param name="Parts">Pieces that occur in the text in this order.</param>
/// <param name="Cause">What it means.</param>
/// <param name="Next">The command to run, or what to do.</param>
public sealed record KnownError(IReadOnlyList<string> Parts, string Cause, string Next)
{
    public bool Matches(string text)
    {
        var at = 0;
        foreach (var part in Parts)
        {
            at = text.IndexOf(part, at, StringComparison.OrdinalIgnoreCase);
            if (at < 0)
                return false;
            at += part.Length;
        }
        return true;
    }
}
