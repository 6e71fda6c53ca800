using System.Collections.Concurrent;
using System.Text;
using EdgeKms.EndToEnd.Tests.Provider;

namespace EdgeKms.EndToEnd.Tests.Processes;

/// <summary>
/// Over the whole run: what every process of ours has printed, and every secret that a test gave away. When all tests have ended, no
/// secret may be in any output, in any of its forms. A recovery code is printed where a person asked for it, so it isn't one of these.
/// </summary>
public sealed class OutputCanary : IAsyncLifetime
{
    private static readonly ConcurrentQueue<(string What, byte[] Secret)> s_secrets = new();
    private static readonly ConcurrentQueue<(string Program, string Text)> s_outputs = new();

    /// <summary>A passphrase, a token's secret, a seed: 12 bytes or more that occur nowhere by chance.</summary>
    internal static byte[] Secret(string what, byte[] secret)
    {
        s_secrets.Enqueue((what, secret));
        return secret;
    }

    /// <summary>What edgekms or edgekmsd has printed, and with which arguments and environment it ran.</summary>
    internal static void Printed(string program, string text)
    {
        if (text.Length > 0)
            s_outputs.Enqueue((program, text));
    }

    /// <summary>The first secret that is in an output; null where none is.</summary>
    internal static string? Leak()
    {
        // Each form once, found by its first bytes: tens of thousands of comparisons over megabytes.
        var all = Encoding.Latin1.GetBytes(string.Concat(s_outputs.Select(o => o.Text + "\n")));
        var forms = s_secrets.SelectMany(s => Canary.Forms(s.Secret).Select(f => (s.What, Form: f)));
        foreach (var (what, form) in forms)
        {
            if (all.AsSpan().IndexOf(form) is >= 0 and var at)
                return $"{what} is in what was printed: …{Encoding.Latin1.GetString(all, Math.Max(0, at - 200), Math.Min(400, all.Length - Math.Max(0, at - 200)))}…";
        }
        return null;
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    /// <summary>The end of the run.</summary>
    public ValueTask DisposeAsync()
    {
        Assert.Null(Leak());
        return ValueTask.CompletedTask;
    }
}
