using System.Text;
using EdgeKms.Contract.Failures;
using EdgeKms.Contract.Settings;

namespace EdgeKms.Contract.Tests.Settings;

public class SettingsFileTests
{
    private static IReadOnlyDictionary<string, string> Parse(string json) =>
        SettingsFile.Parse(Encoding.UTF8.GetBytes(json), "f.json");

    private static CommandException Refused(string json) => Assert.Throws<CommandException>(() => Parse(json));

    [Fact]
    public void File_EmptyObject_SetsNothing() => Assert.Empty(Parse("{}"));

    [Fact]
    public void File_SchemaReference_SetsNothing() => Assert.Empty(Parse("""{ "$schema": "edgekms.schema.json" }"""));

    [Theory]
    // unknown
    [InlineData("{\n  \"kmsSocket\": \"/x\"\n}", "f.json:2: unknown setting \"kmsSocket\"")]
    [InlineData("{\n\"kms\": {\n\n\"sokcet\": \"/x\" } }", "f.json:4: unknown setting \"kms.sokcet\"")]
    [InlineData("{\n\"kms.socket\": \"/x\"\n}", "f.json:2: unknown setting \"kms.socket\"")]
    [InlineData("{ \"kms\": { \"$schema\": \"x\" } }", "f.json:1: unknown setting \"kms.$schema\"")]
    // duplicate
    [InlineData(
        "{\n\"stateDirectory\": \"/x\",\n\"stateDirectory\": \"/x\"\n}",
        "f.json:3: \"stateDirectory\" is given twice"
    )]
    [InlineData("{\n\"kms\": {},\n\"kms\": {}\n}", "f.json:3: \"kms\" is given twice")]
    [InlineData(
        "{ \"kms\": {\n\"timeout\": \"3s\",\n\"timeout\": \"3s\" } }",
        "f.json:3: \"kms.timeout\" is given twice"
    )]
    [InlineData("{ \"$schema\": \"a\",\n\"$schema\": \"a\" }", "f.json:2: \"$schema\" is given twice")]
    // wrong type
    [InlineData("{\n\"stateDirectory\": 1\n}", "f.json:2: \"stateDirectory\" must be a text")]
    [InlineData("{\n\"stateDirectory\": null\n}", "f.json:2: \"stateDirectory\" must be a text")]
    [InlineData("{ \"kms\": {\n\"maxStreams\": \"256\" } }", "f.json:2: \"kms.maxStreams\" must be a number")]
    [InlineData("{ \"kms\": {\n\"allowedUids\": 1 } }", "f.json:2: \"kms.allowedUids\" must be an array of numbers")]
    [InlineData(
        "{ \"kms\": {\n\"allowedUids\": [\"1\"] } }",
        "f.json:2: \"kms.allowedUids\" must be an array of numbers"
    )]
    [InlineData("{\n\"kms\": \"x\" }", "f.json:2: \"kms\" must be an object")]
    [InlineData("{\n\"$schema\": 1 }", "f.json:2: \"$schema\" must be a text")]
    [InlineData("[]", "f.json:1: must be a JSON object")]
    [InlineData("\n\"x\"", "f.json:2: must be a JSON object")]
    // out of range
    [InlineData(
        "{ \"kms\": {\n\"maxStreams\": 99 } }",
        "f.json:2: \"kms.maxStreams\" must be a whole number from 100 to 4096"
    )]
    [InlineData(
        "{ \"kms\": {\n\"maxStreams\": 1e3 } }",
        "f.json:2: \"kms.maxStreams\" must be a whole number from 100 to 4096"
    )]
    [InlineData(
        "{ \"kms\": {\n\"maxStreams\": 256.0 } }",
        "f.json:2: \"kms.maxStreams\" must be a whole number from 100 to 4096"
    )]
    [InlineData("{ \"kms\": {\n\"timeout\": \"61s\" } }", "f.json:2: \"kms.timeout\" must be 1s to 1m")]
    [InlineData("{ \"rotation\": {\n\"period\": \"366d\" } }", "f.json:2: \"rotation.period\" must be 1h to 365d")]
    [InlineData(
        "{ \"rotation\": {\n\"period\": \"999999999d\" } }",
        "f.json:2: \"rotation.period\" must be a whole number with one unit"
    )]
    [InlineData("{ \"log\": {\n\"level\": \"trace\" } }", "f.json:2: \"log.level\" must be one of error, warning")]
    [InlineData("{ \"kms\": {\n\"allowedUids\": [-1] } }", "f.json:2: \"kms.allowedUids\" must be user ids")]
    [InlineData("{ \"kms\": {\n\"allowedUids\": [4294967295] } }", "f.json:2: \"kms.allowedUids\" must be user ids")]
    [InlineData("{\n\"providerName\": \"a:b\" }", "f.json:2: \"providerName\" may hold letters")]
    [InlineData("{\n\"stateDirectory\": \"var/lib\" }", "f.json:2: \"stateDirectory\" must be an absolute path")]
    [InlineData("{\n\"stateDirectory\": \"/a\\u0000b\" }", "f.json:2: \"stateDirectory\" must be an absolute path")]
    [InlineData("{\n\"stateDirectory\": \"/a\\nb\" }", "f.json:2: \"stateDirectory\" must be an absolute path")]
    // not JSON
    [InlineData("", "f.json:1: not valid JSON")]
    [InlineData("{\n// why\n}", "f.json:2: not valid JSON")]
    [InlineData("{\n\"log\": { \"level\": \"error\" },\n}", "f.json:3: not valid JSON")]
    [InlineData("{\n\"log\": {", "f.json:2: not valid JSON")]
    [InlineData("{}\n{}", "f.json:2: not valid JSON")]
    [InlineData("{\n\"stateDirectory\": \"/\\ud800\" }", "f.json:2: a text isn't valid Unicode")]
    [InlineData("\uFEFF{}", "f.json:1: starts with a byte order mark")]
    public void File_WrongText_NamesLineAndField(string json, string message)
    {
        var refused = Refused(json);
        Assert.StartsWith(message, refused.Message, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Usage, refused.ExitCode);
        Assert.NotEmpty(refused.Hint);
        Assert.DoesNotContain('\n', refused.Message + refused.Hint);
    }

    [Fact]
    public void File_BytesThatAreNotUtf8_IsRefused()
    {
        byte[] json = [.. "{ \"stateDirectory\": \"/"u8, 0xC3, 0x28, .. "\" }"u8];
        Assert.StartsWith(
            "f.json:1: ",
            Assert.Throws<CommandException>(() => SettingsFile.Parse(json, "f.json")).Message
        );
    }

    [Theory]
    [InlineData("""{ "socket": "/x" }""", "did you mean \"kms.socket\"?")]
    [InlineData("""{ "kms": { "sokcet": "/x" } }""", "did you mean \"kms.socket\"?")]
    [InlineData("""{ "StateDirectory": "/x" }""", "did you mean \"stateDirectory\"?")]
    [InlineData("""{ "rotatoin": {} }""", "did you mean \"rotation\"?")]
    [InlineData("""{ "colour": "red" }""", "\"edgekms config --help\" lists the settings")]
    public void File_UnknownName_SuggestsWhatIsNear(string json, string hint) => Assert.Equal(hint, Refused(json).Hint);

    [Fact]
    public void File_65536Bytes_IsRead() => Assert.Empty(Parse("{}" + new string(' ', 65_534)));

    [Fact]
    public void File_65537Bytes_IsRefused() =>
        Assert.Equal("f.json: is larger than 65536 bytes", Refused("{}" + new string(' ', 65_535)).Message);

    [Fact]
    public void Read_DeviceWithoutEnd_StopsAtTheLimit() =>
        Assert.Equal(
            "/dev/zero: is larger than 65536 bytes",
            Assert.Throws<CommandException>(() => SettingsFile.Read("/dev/zero")).Message
        );

    [Theory]
    [InlineData("/nonexistent/edgekms.json")]
    [InlineData("/")]
    [InlineData("")]
    public void Read_NoFile_SaysThatItCantBeRead(string path)
    {
        var refused = Assert.Throws<CommandException>(() => SettingsFile.Read(path));
        Assert.Equal($"the configuration {path} can't be read", refused.Message);
        Assert.Equal(ExitCode.Usage, refused.ExitCode);
    }

    [Fact]
    public void File_CutAnywhere_IsRefused()
    {
        const string Whole = """{ "providerName": "a", "kms": { "maxStreams": 100, "allowedUids": [1, 2] } }""";
        Assert.Equal(3, Parse(Whole).Count);
        for (var length = 0; length < Whole.Length; length++)
            Assert.Equal(ExitCode.Usage, Refused(Whole[..length]).ExitCode);
    }
}
