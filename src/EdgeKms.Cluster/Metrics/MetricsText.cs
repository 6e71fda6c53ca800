using System.Globalization;
using System.Text;

namespace EdgeKms.Cluster.Metrics;

/// <summary>
/// Reads the few lines that are wanted out of Prometheus' text format (exposition formats, text 0.0.4). An API server
/// writes megabytes of others, which are passed over as bytes.
/// </summary>
public static class MetricsText
{
    /// <summary>Samples of a metric; lines that aren't well formed are left out.</summary>
    /// <param name="text">The whole text, UTF-8.</param>
    /// <param name="name">Name of the metric, ASCII.</param>
    public static IReadOnlyList<MetricSample> Read(ReadOnlySpan<byte> text, string name)
    {
        var samples = new List<MetricSample>();
        var start = Encoding.ASCII.GetBytes(name);
        foreach (var range in text.Split((byte)'\n'))
        {
            var line = text[range];
            if (
                line.StartsWith(start)
                && line.Length > start.Length
                && line[start.Length] is (byte)'{' or (byte)' '
                && Sample(name, Encoding.UTF8.GetString(line[start.Length..])) is { } sample
            )
                samples.Add(sample);
        }
        return samples;
    }

    /// <summary><c>{label="value",…} 1.5 TIMESTAMP</c>; labels and timestamp may be missing.</summary>
    private static MetricSample? Sample(string name, string rest)
    {
        var labels = new Dictionary<string, string>(StringComparer.Ordinal);
        var at = 0;
        if (rest[0] == '{')
        {
            for (at = 1; at < rest.Length && rest[at] != '}'; )
            {
                var equals = rest.IndexOf("=\"", at, StringComparison.Ordinal);
                if (equals < 0 || Value(rest, equals + 2, out var end) is not { } value)
                    return null;
                labels[rest[at..equals].Trim()] = value;
                at = end < rest.Length && rest[end] == ',' ? end + 1 : end;
            }
            at++;
        }
        var words = at < rest.Length ? rest[at..].Split(' ', StringSplitOptions.RemoveEmptyEntries) : [];
        return
            words is [var number, ..]
            && double.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out var parsed)
            ? new MetricSample(name, labels, parsed)
            : null;
    }

    /// <summary>A label's value up to its quotation mark; <paramref name="end"/> is after it.</summary>
    private static string? Value(string text, int start, out int end)
    {
        var value = new StringBuilder();
        for (end = start; end < text.Length; end++)
        {
            if (text[end] == '"')
            {
                end++;
                return value.ToString();
            }
            if (text[end] == '\\' && ++end < text.Length)
                value.Append(text[end] == 'n' ? '\n' : text[end]);
            else if (end < text.Length)
                value.Append(text[end]);
        }
        return null;
    }
}
