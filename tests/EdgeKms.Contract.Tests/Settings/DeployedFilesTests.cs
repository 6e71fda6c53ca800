using System.Text;
using System.Text.Json;
using EdgeKms.Contract.Settings;
using EdgeKms.Contract.Tests.Repository;

namespace EdgeKms.Contract.Tests.Settings;

public class DeployedFilesTests
{
    [Fact]
    public void Schema_InDeploy_IsTheTable() => Accepted.Equal("deploy/edgekms.schema.json", SettingsSchema.Write());

    [Fact]
    public void Schema_Text_IsJsonAndNamesEverySetting()
    {
        using var schema = JsonDocument.Parse(SettingsSchema.Write());
        foreach (var setting in SettingTable.All)
        {
            var properties = schema.RootElement.GetProperty("properties");
            var names = setting.Name.Split('.');
            var node = properties.GetProperty(names[0]);
            if (names.Length == 2)
                node = node.GetProperty("properties").GetProperty(names[1]);
            Assert.Equal(setting.Summary, node.GetProperty("description").GetString());
        }
    }

    [Fact]
    public void Example_InDeploy_SetsEverySettingToItsDefault()
    {
        var values = SettingsFile.Read(Checkout.File("deploy/edgekms.json"));
        Assert.Equal(
            SettingTable.All.Select(s => (s.Name, s.Default)),
            SettingTable.All.Select(s => (s.Name, values[s.Name]))
        );
    }

    [Fact]
    public void ConfigurationPage_Table_IsTheSettingTable()
    {
        var table = new StringBuilder("| name | flag | value | default | what it is |\n|---|---|---|---|---|\n");
        foreach (var s in SettingTable.All)
            table.Append(
                $"| `{s.Name}` | `{s.Flag}` | {Allowed(s)} | {(s.Default.Length == 0 ? "none" : $"`{s.Default}`")} | {s.Summary} |\n"
            );
        Accepted.Between("docs/reference/configuration.md", "settings", table.ToString());
    }

    private static string Allowed(Setting s) =>
        s.Kind switch
        {
            SettingKind.Text => "text, 1 to 63 of letters, digits, `-`, `.`, `_`",
            SettingKind.FilePath => "absolute path, at most 4096 bytes",
            SettingKind.SocketPath => "absolute path, at most 107 bytes",
            SettingKind.Duration =>
                $"time, {DurationText.Format(TimeSpan.FromSeconds(s.Min))} to {DurationText.Format(TimeSpan.FromSeconds(s.Max))}",
            SettingKind.Count => $"number, {s.Min} to {s.Max}",
            SettingKind.Switch => "`true` or `false`",
            SettingKind.UserIds => "array of at most 64 user ids",
            SettingKind.Choice => string.Join(", ", s.Choices.Select(c => $"`{c}`")),
            _ => throw new InvalidOperationException(),
        };
}
