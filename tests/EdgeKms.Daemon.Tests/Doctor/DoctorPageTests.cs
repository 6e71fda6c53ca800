using System.Text;
using EdgeKms.Daemon.Doctor;

namespace EdgeKms.Daemon.Tests.Doctor;

/// <summary>docs/reference/doctor.md repeats the checks; EDGEKMS_WRITE_DOCS=1 writes it anew.</summary>
public sealed class DoctorPageTests
{
    [Fact]
    public void DoctorPage_AgainstTheChecks_IsUpToDate()
    {
        var table = new StringBuilder();
        table.AppendLine("| id | checks that | what a finding means | stops the API server? | can lose data? |");
        table.AppendLine("|---|---|---|---|---|");
        foreach (var check in Catalogue.All)
        {
            var (stops, loses) = (check.CanStop ? "it can" : "no", check.CanLose ? "it can" : "no");
            table.AppendLine($"| `{check.Id}` | {check.Title} | {check.Means} | {stops} | {loses} |");
        }
        var file = Path.Combine(Repository.Root, "docs/reference/doctor.md");
        var text = File.ReadAllText(file);
        const string marker = "<!-- from Catalogue -->\n\n";
        var at = text.IndexOf(marker, StringComparison.Ordinal) + marker.Length;
        if (Environment.GetEnvironmentVariable("EDGEKMS_WRITE_DOCS") == "1")
            File.WriteAllText(file, text[..at] + table);

        Assert.Equal(table.ToString(), File.ReadAllText(file)[at..]);
    }
}
