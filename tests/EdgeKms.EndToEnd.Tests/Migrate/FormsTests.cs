using System.Text;

namespace EdgeKms.EndToEnd.Tests.Migrate;

/// <summary>Files in the forms that clusters have, migrated in their own form.</summary>
public sealed class FormsTests
{
    private const string Json = """
        {"kind":"EncryptionConfiguration","apiVersion":"apiserver.config.k8s.io/v1","resources":[{"resources":["secrets"],"providers":[{"identity":{}}]}]}
        """;

    private const string Flow = """
        # flow lists
        apiVersion: apiserver.config.k8s.io/v1
        kind: EncryptionConfiguration
        resources:
        - {resources: [secrets], providers: [{identity: {}}]} # all of it

        """;

    private const string Lines =
        "\ufeff# lines of Windows\r\napiVersion: apiserver.config.k8s.io/v1\r\nkind: EncryptionConfiguration\r\n"
        + "resources:\r\n- resources:\r\n  - secrets\r\n  providers:\r\n  -\r\n    identity: {}\r\n---\r\n";

    [Theory]
    [InlineData("json", Json, "{")]
    [InlineData("flow", Flow, "# flow lists")]
    [InlineData("bom, crlf", Lines, "\ufeff# lines of Windows\r\n")]
    [InlineData("link", Flow, "# flow lists")]
    public async Task Migrate_FileOfAForm_KeepsIt(string form, string text, string start)
    {
        await using var cluster = await MovingCluster.StartWith(text);
        for (var i = 0; i < 3; i++)
            await cluster.Create($"s{i:000}");
        var file = cluster.Config;
        if (form == "link")
        {
            Directory.CreateDirectory(cluster.Home.At("real"));
            file = cluster.Home.At("real", "file.yaml");
            File.Move(cluster.Config, file);
            File.CreateSymbolicLink(cluster.Config, file);
        }

        var result = await cluster.Migrate("--to", "kms");

        Assert.True(result.Exit == 0, result.ToString());
        Assert.Equal(3, await cluster.StoredWith("k8s:enc:kms:v2:edgekms:"));
        await cluster.AllAreReadable();
        var after = Encoding.UTF8.GetString(await File.ReadAllBytesAsync(file));
        Assert.StartsWith(start, after, StringComparison.Ordinal);
        Assert.Equal(text.Contains('\r'), after.Replace("\r\n", "", StringComparison.Ordinal) != after);
        Assert.DoesNotContain(
            '\n',
            after.Replace("\r\n", "", StringComparison.Ordinal)[..(text.Contains('\r') ? ^0 : 0)]
        );
        Assert.Equal(form == "link", new FileInfo(cluster.Config).LinkTarget is not null);
        // Beside the file itself, not beside the link.
        Assert.True(File.Exists(file + ".before-migration-1"));
        Assert.Equal(form != "link", File.Exists(cluster.Config + ".before-migration-1"));
        Assert.Equal(text, Encoding.UTF8.GetString(await File.ReadAllBytesAsync(file + ".before-migration-1")));
    }
}
