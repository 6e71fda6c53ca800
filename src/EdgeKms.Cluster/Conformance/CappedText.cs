using System.Text;

namespace EdgeKms.Cluster.Conformance;

/// <summary>The first characters of a program's output on one line; safe for several writers.</summary>
internal sealed class CappedText(int limit)
{
    private readonly StringBuilder text = new();
    private readonly Lock gate = new();

    public void Append(string? line)
    {
        lock (gate)
        {
            if (line is null || text.Length >= limit)
            {
                return;
            }

            text.Append(text.Length > 0 ? " " : "").Append(line.AsSpan(0, Math.Min(line.Length, limit - text.Length)));
        }
    }

    public override string ToString()
    {
        lock (gate)
        {
            return text.ToString();
        }
    }
}
