using EdgeKms.Contract.CommandLine;
using EdgeKms.Contract.Failures;
using EdgeKms.Contract.Settings;
using EdgeKms.Daemon.Commands;
using EdgeKms.Daemon.Doctor;

namespace EdgeKms.Daemon.Tests.Doctor;

public sealed class ConfigurationChecksTests
{
    [Theory]
    [InlineData(UnixFileMode.GroupWrite, false)]
    [InlineData(UnixFileMode.OtherWrite, false)]
    [InlineData(UnixFileMode.OtherWrite, true)]
    public async Task File_WritableByOthers_Fails(UnixFileMode mode, bool isDirectory)
    {
        await using var patient = new Patient();
        var folder = Directory.CreateDirectory(Path.Combine(patient.Machine.Root, "etc")).FullName;
        patient.ConfigurationFile = Path.Combine(folder, "edgekms.json");
        File.WriteAllText(patient.ConfigurationFile, "{}");
        Assert.Equal(Outcome.Pass, patient.Look(ConfigurationChecks.File).Outcome);
        var path = isDirectory ? folder : patient.ConfigurationFile;
        File.SetUnixFileMode(path, File.GetUnixFileMode(path) | mode);

        var found = patient.Look(ConfigurationChecks.File);

        Assert.Equal((Outcome.Fail, $"chmod go-w {path}"), (found.Outcome, found.Next));
    }

    [Fact]
    public async Task File_BehindALink_IsLookedAtItself()
    {
        await using var patient = new Patient();
        var real = Path.Combine(patient.Machine.Root, "real.json");
        File.WriteAllText(real, "{}");
        File.SetUnixFileMode(real, File.GetUnixFileMode(real) | UnixFileMode.OtherWrite);
        patient.ConfigurationFile = Path.Combine(patient.Machine.Root, "edgekms.json");
        File.CreateSymbolicLink(patient.ConfigurationFile, real);

        Assert.StartsWith(real, patient.Look(ConfigurationChecks.File).Text);
    }

    [Theory]
    [InlineData("false", false)]
    [InlineData("true", true)]
    public void KmsV1_WhereItIsOn_IsAWarningWithTheWayOut(string value, bool warns)
    {
        var none = new Dictionary<string, string>();
        var settings = new EdgeKmsSettings(none, new Dictionary<string, string> { ["kms.v1"] = value });

        var found = ConfigurationChecks.KmsV1.Run(new Machine(settings, null, TimeProvider.System));

        Assert.Equal(warns ? Outcome.Warn : Outcome.Pass, found.Outcome);
        Assert.Equal(warns, found.Next?.Contains("edgekms migrate --to kms --encryption-config FILE") ?? false);
    }

    [Fact]
    public void File_ThatCantBeRead_FailsAndTheOthersSkip()
    {
        var request = new DoctorRun.Request(
            () => throw new CommandException(ExitCode.Usage, "edgekms.json:4: unknown setting", "correct the file"),
            "edgekms.json",
            OutputFormat.Text
        );

        var findings = DoctorRun.Examine(request, TimeProvider.System);

        Assert.Equal(Catalogue.All.Count, findings.Count);
        var failed = Assert.Single(findings, f => f.Outcome != Outcome.Skip);
        Assert.Equal(
            (ConfigurationChecks.File, Outcome.Fail, true),
            (failed.Check, failed.Outcome, failed.StopsApiServer)
        );
    }
}
