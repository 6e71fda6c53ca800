using System.Text.Json;
using EdgeKms.Contract.AdminApi;

namespace EdgeKms.Contract.Tests.AdminApi;

public class AdminJsonTests
{
    private const string Stopped = """
        { "version": "1", "state": "stopped", "exitCode": 11, "problem": null, "daemon": null, "ring": null,
          "sockets": [], "selfTest": null }
        """;

    private static StatusReport? Read(string json) => JsonSerializer.Deserialize(json, AdminJson.Default.StatusReport);

    [Fact]
    public void StatusReport_Whole_IsRead() => Assert.Equal("stopped", Read(Stopped)!.State);

    [Fact]
    public void StatusReport_UnknownMember_IsIgnored() =>
        Assert.Equal("stopped", Read(Stopped.Replace("\"ring\"", "\"new\": 1, \"ring\""))!.State);

    [Theory]
    [InlineData("\"state\": \"stopped\",", "")]
    [InlineData("\"state\": \"stopped\"", "\"state\": null")]
    [InlineData("\"sockets\": []", "\"sockets\": null")]
    [InlineData("\"exitCode\": 11", "\"exitCode\": \"11\"")]
    public void StatusReport_MissingOrNullMember_IsAnError(string part, string other)
    {
        Assert.Contains(part, Stopped);
        Assert.Throws<JsonException>(() => Read(Stopped.Replace(part, other)));
    }

    [Fact]
    public void Readable_Quotes_StayReadable()
    {
        var report = new ReloadReport(1, new ProblemReport("sealed", "it's \u001b", "run \"edgekms repair\""));
        var json = JsonSerializer.Serialize(report, AdminJson.Readable.ReloadReport);
        Assert.Contains("run \\\"edgekms repair\\\"", json);
        Assert.Contains("it's \\u001B", json);
        Assert.Equal(report, JsonSerializer.Deserialize(json, AdminJson.Default.ReloadReport));
    }
}
