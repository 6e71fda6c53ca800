using System.Globalization;
using System.Text;

namespace EdgeKms.Daemon.Metrics;

/// <summary>Writes Prometheus's text format 0.0.4 (prometheus.io/docs/instrumenting/exposition_formats).</summary>
internal sealed class MetricsText
{
    private readonly StringBuilder _text = new();

    /// <summary>A gauge with one sample.</summary>
    internal void Gauge(string name, string help, double value, params (string Name, string Value)[] labels)
    {
        Head(name, help, "gauge");
        Sample(name, value, labels);
    }

    /// <summary>A gauge that is 1 or 0.</summary>
    internal void Flag(string name, string help, bool value) => Gauge(name, help, value ? 1 : 0);

    /// <summary>A date as seconds since 1970; nothing where there is none.</summary>
    internal void Date(string name, string help, DateTime? date)
    {
        if (date is { } known)
            Gauge(name, help, Math.Floor((known.ToUniversalTime() - DateTime.UnixEpoch).TotalSeconds));
    }

    /// <summary>A counter with one sample; its name ends with <c>_total</c>.</summary>
    internal void Counter(string name, string help, double value)
    {
        Head(name, help, "counter");
        Sample(name, value);
    }

    /// <summary>One gauge for each value of a label; the one that holds is 1.</summary>
    internal void State(string name, string help, string label, IEnumerable<string> states, string current)
    {
        Head(name, help, "gauge");
        foreach (var state in states)
            Sample(name, state == current ? 1 : 0, (label, state));
    }

    /// <summary>One gauge for each value of a label.</summary>
    internal void Counts(string name, string help, string label, IEnumerable<(string Value, long Count)> counts)
    {
        Head(name, help, "gauge");
        foreach (var (value, count) in counts)
            Sample(name, count, (label, value));
    }

    internal void Head(string name, string help, string type) =>
        _text.Append($"# HELP {name} {help}\n").Append($"# TYPE {name} {type}\n");

    internal void Sample(string name, double value, params (string Name, string Value)[] labels)
    {
        _text.Append(name);
        if (labels.Length > 0)
            _text.Append('{').AppendJoin(',', labels.Select(l => $"{l.Name}=\"{Escape(l.Value)}\"")).Append('}');
        _text.Append(' ').Append(value.ToString(CultureInfo.InvariantCulture)).Append('\n');
    }

    public override string ToString() => _text.ToString();

    private static string Escape(string value) =>
        value
            .Replace("\\", @"\\", StringComparison.Ordinal)
            .Replace("\"", "\\\"", StringComparison.Ordinal)
            .Replace("\n", "\\n", StringComparison.Ordinal);
}
