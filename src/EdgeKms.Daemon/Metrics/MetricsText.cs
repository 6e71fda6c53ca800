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
        Head(name, help);
        Sample(name, value, labels);
    }

    internal void Head(string name, string help) =>
        _text.Append($"# HELP {name} {help}\n").Append($"# TYPE {name} gauge\n");

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
