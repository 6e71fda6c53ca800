using System.Diagnostics;
using EdgeKms.Daemon.Metrics;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace EdgeKms.Daemon.Tests.Metrics;

/// <summary>The meter and the activity source, as OpenTelemetry's own library reads them.</summary>
public class OpenTelemetryTests
{
    [Fact]
    public void Meter_ReadByOpenTelemetry_HasCallsAndWrites()
    {
        var exported = new List<Metric>();
        using var figures = new DaemonFigures();
        using var provider = Sdk.CreateMeterProviderBuilder()
            .AddMeter(DaemonFigures.Name)
            .AddInMemoryExporter(exported)
            .Build();
        figures.Called(KmsMethod.Decrypt, Grpc.Core.StatusCode.NotFound, TimeSpan.FromSeconds(2));
        figures.RingWritten(succeeded: true);
        Assert.True(provider.ForceFlush());

        var durations = exported.Single(m => m.Name == "edgekms.kms.request.duration");
        Assert.Equal("s", durations.Unit);
        foreach (ref readonly var point in durations.GetMetricPoints())
        {
            Assert.Equal(1, point.GetHistogramCount());
            Assert.Equal(2, point.GetHistogramSum());
            var tags = new List<string>();
            foreach (var tag in point.Tags)
                tags.Add($"{tag.Key}={tag.Value}");
            Assert.Equal(["code=NotFound", "method=Decrypt"], tags.Order(StringComparer.Ordinal));
        }
        Assert.Contains(exported, m => m.Name == "edgekms.ring.writes");
    }

    [Fact]
    public void ActivitySource_WithoutAListener_CostsNoActivity() =>
        Assert.Null(DaemonFigures.Activities.StartActivity("kms"));

    [Fact]
    public void ActivitySource_ReadByOpenTelemetry_HasSpans()
    {
        var exported = new List<Activity>();
        using var provider = Sdk.CreateTracerProviderBuilder()
            .AddSource(DaemonFigures.Name)
            .AddInMemoryExporter(exported)
            .Build();
        using (DaemonFigures.Activities.StartActivity("kms", ActivityKind.Server)) { }
        Assert.Equal("kms", Assert.Single(exported).DisplayName);
    }
}
