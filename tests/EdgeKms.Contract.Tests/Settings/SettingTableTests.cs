using System.CommandLine;
using System.Text;
using EdgeKms.Contract.CommandLine;
using EdgeKms.Contract.Settings;

namespace EdgeKms.Contract.Tests.Settings;

public class SettingTableTests
{
    public static TheoryData<string> Names => [.. SettingTable.All.Select(s => s.Name)];

    private static Setting Named(string name) => SettingTable.All.Single(s => s.Name == name);

    private static EdgeKmsSettings FromFlags(params string[] arguments)
    {
        var options = new SettingOptions();
        var root = new RootCommand();
        options.AddTo(root);
        var sub = new Command("sub");
        root.Subcommands.Add(sub);
        var parsed = root.Parse(["sub", .. arguments]);
        Assert.Empty(parsed.Errors);
        return options.Read(parsed);
    }

    [Fact]
    public void Table_Names_AreUnique() =>
        Assert.Equal(SettingTable.All.Count, SettingTable.All.DistinctBy(s => s.Name).Count());

    [Theory, MemberData(nameof(Names))]
    public void Default_OfEverySetting_IsAllowed(string name) => Assert.Null(Named(name).Refuse(Named(name).Default));

    [Theory, MemberData(nameof(Names))]
    public void File_EverySetting_IsAccepted(string name)
    {
        var setting = Named(name);
        var file = SettingsFile.Parse(Encoding.UTF8.GetBytes(Samples.Json(setting)), "f.json");
        var settings = new EdgeKmsSettings(file, new Dictionary<string, string>());
        Assert.Equal(Samples.Text(setting), settings.Text(setting));
        Assert.Equal(SettingOrigin.File, settings.Origin(setting));
        Assert.All(
            SettingTable.All.Where(s => s != setting),
            s => Assert.Equal(SettingOrigin.Default, settings.Origin(s))
        );
    }

    [Theory, MemberData(nameof(Names))]
    public void Flag_EverySetting_IsAccepted(string name)
    {
        var setting = Named(name);
        var settings = FromFlags(setting.Flag, Samples.Text(setting));
        Assert.Equal(Samples.Text(setting), settings.Text(setting));
        Assert.Equal(SettingOrigin.Flag, settings.Origin(setting));
    }

    [Theory, MemberData(nameof(Names))]
    public void Flag_AndFile_FlagWins(string name)
    {
        var setting = Named(name);
        var settings = new EdgeKmsSettings(
            new Dictionary<string, string> { [name] = setting.Default },
            new Dictionary<string, string> { [name] = Samples.Text(setting) }
        );
        Assert.Equal(Samples.Text(setting), settings.Text(setting));
    }

    [Theory, MemberData(nameof(Names))]
    public void Flag_GivenToTheOtherProgram_MeansTheSame(string name)
    {
        var setting = Named(name);
        var options = new SettingOptions();
        var root = new RootCommand();
        options.AddTo(root);
        var given = options.Given(root.Parse([setting.Flag, Samples.Text(setting)]));
        Assert.Equal(Samples.Text(setting), FromFlags([.. given]).Text(setting));
    }

    [Fact]
    public void Given_ConfigFile_IsPassedOn()
    {
        var options = new SettingOptions();
        var root = new RootCommand();
        options.AddTo(root);
        Assert.Equal(["--config=/x/y.json"], options.Given(root.Parse(["--config", "/x/y.json"])));
    }

    [Theory]
    [InlineData("kms.maxRequestBytes", "--kms-max-request-bytes")]
    [InlineData("selfTest.interval", "--self-test-interval")]
    [InlineData("stateDirectory", "--state-directory")]
    public void Flag_Name_IsKebabCase(string name, string flag) => Assert.Equal(flag, Named(name).Flag);

    [Theory]
    [InlineData("--kms-max-streams", "1")]
    [InlineData("--log-level", "Error")]
    [InlineData("--kms-timeout", "3")]
    [InlineData("--admin-socket", "relative")]
    [InlineData("--provider-name", "")]
    public void Flag_WrongValue_IsAParseError(string flag, string value)
    {
        var root = new RootCommand();
        new SettingOptions().AddTo(root);
        var error = Assert.Single(root.Parse([flag, value]).Errors);
        Assert.StartsWith(flag + " ", error.Message);
    }

    [Theory]
    [InlineData(107, true)]
    [InlineData(108, false)]
    public void SocketPath_Length_FitsSockaddrUn(int bytes, bool allowed) =>
        Assert.Equal(allowed, SettingTable.KmsSocket.Refuse("/" + new string('s', bytes - 1)) is null);

    [Fact]
    public void SocketPath_TwoByteLetters_CountTwice() =>
        Assert.NotNull(SettingTable.KmsSocket.Refuse("/" + new string('é', 54)));

    [Fact]
    public void NodeTokenFile_Empty_IsInTheStateDirectory()
    {
        var settings = FromFlags("--state-directory", "/srv/state");
        Assert.Equal("/srv/state/node-token", settings.NodeTokenFile);
    }

    [Fact]
    public void AllowedUids_Text_IsRead() =>
        Assert.Equal([7u, 4_294_967_294u], FromFlags("--kms-allowed-uids", "7,4294967294").KmsAllowedUids);
}
