using System.Text;
using EdgeKms.Cluster.Deploy.Config;
using EdgeKms.Contract.Failures;

namespace EdgeKms.Cluster.Tests.Deploy.Config;

public class DeploymentFileTests
{
    [Fact]
    public void TheTemplate_IsRead()
    {
        var config = DeploymentFile.Read(Path.Combine(Root(), "deploy", "aksedge-config.json"));

        Assert.Equal((true, "SingleMachineCluster"), (config.KmsEnable, config.DeploymentType));
        Assert.Equal((1, 1, false), (config.Machines, config.Nodes, config.Joins));
    }

    [Theory]
    [InlineData("""{ "init": { "KMSPLUGIN": { "enable": true } } }""", true)]
    [InlineData("""{ "Init": { "KmsPlugin": { "Enable": false } } }""", false)]
    [InlineData("""{ "Init": { "KmsPlugin": { "Enable": null } } }""", null)]
    [InlineData("""{ "Init": { "KmsPlugin": null } }""", null)]
    [InlineData("""{ "Init": null }""", null)]
    [InlineData("""{ "Init": { "KmsPlugin": {} } }""", null)]
    [InlineData("{}", null)]
    public void Enable_HoweverItIsWritten_IsRead(string json, bool? enable) =>
        Assert.Equal(enable, DeploymentFile.ReadText(json).KmsEnable);

    [Fact]
    public void Rest_OfTheFile_CountsMachinesNodesAndJoin()
    {
        var config = DeploymentFile.ReadText(
            """
            {
              "deploymenttype": "scalablecluster",
              "Machines": [ { "LinuxNode": {}, "WindowsNode": {} }, { "LinuxNode": null }, {} ],
              "Join": { "ClusterId": "x" },
              "SomethingNew": [ 1, { "a": [] } ]
            }
            """
        );
        Assert.Equal(
            ("ScalableCluster", 3, 2, true),
            (config.DeploymentType, config.Machines, config.Nodes, config.Joins)
        );
        Assert.False(DeploymentFile.ReadText("""{ "Join": { "ClusterId": null } }""").Joins);
    }

    [Fact]
    public void ByteOrderMark_AsPowerShellWritesOne_IsSkipped() =>
        Assert.True(DeploymentFile.Parse("\uFEFF{\"Init\":{\"KmsPlugin\":{\"Enable\":true}}}"u8, "file").KmsEnable);

    [Theory]
    [InlineData("", "file is empty")]
    [InlineData(" \n\t", "file is empty")]
    [InlineData("[]", "file:1: must be a JSON object")]
    [InlineData("nonsense", "file:1: not valid JSON")]
    [InlineData("{\n// why\n}", "file:2: not valid JSON")]
    [InlineData("{ \"a\": 1, }", "file:1: not valid JSON")]
    [InlineData("{} {}", "file:1: not valid JSON")]
    [InlineData("{\n\"Init\": 1,\n\"init\": 2 }", "file:3: init is given twice")]
    [InlineData(
        "{\n\"Init\": {\n\"KmsPlugin\": {\n\"Enable\": \"true\" } } }",
        "file:4: Init.KmsPlugin.Enable must be true or false, it is a text"
    )]
    [InlineData(
        "{ \"Init\": { \"KmsPlugin\": { \"Enable\": 1 } } }",
        "file:1: Init.KmsPlugin.Enable must be true or false, it is a number"
    )]
    [InlineData(
        "{ \"Init\": { \"KmsPlugin\": { \"Enabled\": true } } }",
        "Init.KmsPlugin.Enabled is not a setting of the KMS plugin"
    )]
    [InlineData("{ \"Init\": { \"KmsPlugin\": true } }", "Init.KmsPlugin must be an object, it is true or false")]
    [InlineData("{ \"Init\": [] }", "Init must be an object, it is an array")]
    [InlineData("{ \"Machines\": {} }", "Machines must be an array, it is an object")]
    [InlineData("{ \"Machines\": [ 1 ] }", "Machines[0] must be an object, it is a number")]
    [InlineData("{ \"DeploymentType\": \"Cluster\" }", "DeploymentType is not a deployment type")]
    [InlineData("{ \"a\": \"\\ud800\" }", "a text isn't valid Unicode")]
    public void File_ThatIsWrong_NamesLineAndField(string json, string message)
    {
        var failure = Fails(Encoding.UTF8.GetBytes(json));
        Assert.Contains(message, failure.Message);
        Assert.Equal(ExitCode.Usage, failure.ExitCode);
    }

    [Fact]
    public void File_InUtf16_SaysSo()
    {
        foreach (var encoding in new Encoding[] { Encoding.Unicode, Encoding.BigEndianUnicode })
        {
            Assert.Contains("is UTF-16", Fails([.. encoding.GetPreamble(), .. encoding.GetBytes("{}")]).Message);
            Assert.Contains("is UTF-16", Fails(encoding.GetBytes("{}")).Message);
        }
    }

    [Fact]
    public void File_TooLargeOrTooDeep_IsRefused()
    {
        Assert.Contains("larger than 1 MiB", Fails(new byte[ConfigJson.MaxBytes + 1]).Message);
        var deep = string.Concat(Enumerable.Repeat("{\"a\":", 65)) + "1" + new string('}', 65);
        Assert.Contains("nested more than 64 levels", Fails(Encoding.ASCII.GetBytes(deep)).Message);
    }

    [Fact]
    public void Secrets_OfTheFile_AreInNoMessage()
    {
        const string Canary = "canary-2f6b";
        foreach (var end in new[] { "", ",", "}", "} // comment", ", \"Machines\": 1 }", ", \"ClientSecret\": 2 }" })
        {
            var json = "{ \"Arc\": { \"ClientSecret\": \"" + Canary + "\" }" + end;
            Assert.DoesNotContain(Canary, Record.Exception(() => DeploymentFile.ReadText(json))?.ToString() ?? "");
        }
        Assert.DoesNotContain(Canary, Fails(Encoding.UTF8.GetBytes($"{{ \"DeploymentType\": \"{Canary}\" }}")).Message);
    }

    [Theory]
    [InlineData("/", "/ is a directory")]
    [InlineData("/nowhere/aksedge-config.json", "can't be read")]
    public void Read_OfWhatIsNoFile_SaysSo(string path, string message) =>
        Assert.Contains(message, Assert.Throws<CommandException>(() => DeploymentFile.Read(path)).Message);

    private static CommandException Fails(byte[] json) =>
        Assert.Throws<CommandException>(() => DeploymentFile.Parse(json, "file"));

    private static string Root()
    {
        for (var at = AppContext.BaseDirectory; at is not null; at = Path.GetDirectoryName(at))
        {
            if (File.Exists(Path.Combine(at, "EdgeKms.slnx")))
                return at;
        }
        throw new DirectoryNotFoundException();
    }
}
