using EdgeKms.Cluster.Conformance;

namespace EdgeKms.Conformance.Tests;

/// <summary>What the tests of whole runs share.</summary>
internal static class TestRun
{
    public static PluginAddress Address(string socket)
    {
        Assert.True(PluginAddress.TryParse(socket, out var address));
        return address!;
    }

    /// <summary>
    /// Numbers of the checks that complain, warnings with a "w" behind; the reasons go to the output.
    /// </summary>
    public static string Complaints(ConformanceReport report, string[] except, ITestOutputHelper? output)
    {
        // A slow restart is the machine's doing here; that running calls are finished is not.
        var complaints = report
            .Checks.Where(c => c.Outcome is Outcome.Fail or Outcome.Warn)
            .Where(c => !c.Reason.StartsWith("the plugin was back only after", StringComparison.Ordinal))
            .ToList();
        foreach (var check in complaints)
        {
            output?.WriteLine($"{check.Number} {check.Outcome}: {check.Reason}");
        }

        return string.Join(',', complaints.Where(c => !except.Contains(c.Number)).Select(Complaint));
    }

    public static string Complaint(CheckResult check) =>
        check.Outcome == Outcome.Warn ? check.Number + "w" : check.Number;
}
