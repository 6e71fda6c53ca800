using System.Text.Json;
using EdgeKms.Cluster.EncryptionConfig;

namespace EdgeKms.Cluster.Tests.EncryptionConfig;

public class EncryptionConfigurationTests
{
    private static EncryptionConfiguration Config(IdentityPlace identity) =>
        new("no", "/run/edge kms/k.sock", TimeSpan.FromSeconds(60), ["secrets", "*.apps"], identity);

    [Theory]
    [InlineData("/run/edgekms/kms.sock", "unix:///run/edgekms/kms.sock")]
    [InlineData("/run/a b/50%?#.sock", "unix:///run/a%20b/50%25%3F%23.sock")]
    [InlineData("/run/é.sock", "unix:///run/%C3%A9.sock")]
    [InlineData("//run/k.sock", "unix:////run/k.sock")]
    public void Endpoint_Path_SurvivesUrlParse(string path, string endpoint)
    {
        Assert.Null(SocketEndpoint.Refuse(path));
        Assert.Equal(endpoint, SocketEndpoint.Of(path));
        Assert.Equal(path, Uri.UnescapeDataString(endpoint["unix://".Length..]));
    }

    [Fact]
    public void Endpoint_PathThatLooksAbstract_IsRefused() =>
        Assert.Contains("abstract", SocketEndpoint.Refuse("/@kms.sock"));

    [Theory]
    [InlineData(IdentityPlace.Last, "kms identity")]
    [InlineData(IdentityPlace.None, "kms")]
    [InlineData(IdentityPlace.First, "identity kms")]
    public void Json_IdentityPlace_OrdersTheProviders(IdentityPlace place, string order)
    {
        using var json = JsonDocument.Parse(Config(place).Json());
        var providers = json.RootElement.GetProperty("resources")[0].GetProperty("providers");
        Assert.Equal(
            order,
            string.Join(' ', providers.EnumerateArray().Select(p => p.EnumerateObject().Single().Name))
        );
    }

    [Theory]
    [InlineData(IdentityPlace.Last)]
    [InlineData(IdentityPlace.None)]
    [InlineData(IdentityPlace.First)]
    public void Yaml_WithoutComments_HoldsTheSameWordsAsJson(IdentityPlace place)
    {
        var yaml = string.Join('\n', Config(place).Yaml().Split('\n').Where(l => !l.TrimStart().StartsWith('#')));
        Assert.Equal(Words(Config(place).Json()), Words(yaml));
    }

    [Fact]
    public void Yaml_NameThatYamlTakesForABoolean_IsQuoted() =>
        Assert.Contains("name: \"no\"\n", Config(IdentityPlace.Last).Yaml());

    [Fact]
    public void Yaml_Timeout_IsADurationOfGo() => Assert.Contains("timeout: 1m\n", Config(IdentityPlace.Last).Yaml());

    private static List<string> Words(string text) =>
        [
            .. text.Split([' ', '\n', '"', ',', '[', ']', '{', '}'], StringSplitOptions.RemoveEmptyEntries)
                .Select(w => w.TrimEnd(':'))
                .Where(w => w is not ("" or "-")),
        ];
}
