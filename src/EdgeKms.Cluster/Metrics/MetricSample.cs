namespace EdgeKms.Cluster.Metrics;

/// <summary>One line of Prometheus' text format.</summary>
/// <param name="Name">Name of the metric.</param>
/// <param name="Labels">Labels with their values.</param>
/// <param name="Value">The value; may be NaN or infinite.</param>
public sealed record MetricSample(string Name, IReadOnlyDictionary<string, string> Labels, double Value)
{
    /// <summary>True where the label has this value.</summary>
    public bool Has(string label, string value) =>
        Labels.TryGetValue(label, out var found) && string.Equals(found, value, StringComparison.Ordinal);
}
