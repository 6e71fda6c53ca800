using System.Text.Json;
using EdgeKms.EndToEnd.Tests.Provider;

namespace EdgeKms.PowerShell.Tests.Programs;

/// <summary>The settings of a provider's home as a file, for <c>-SettingsFile</c>.</summary>
internal static class ProviderSettings
{
    internal static string Write(ProviderHome home)
    {
        var path = home.At("edgekms.json");
        File.WriteAllText(
            path,
            $$"""
            {
              "stateDirectory": {{Json(home.State)}},
              "kms": { "socket": {{Json(home.KmsSocket)}} },
              "admin": { "socket": {{Json(home.AdminSocket)}} }
            }
            """
        );
        return path;
    }

    /// <summary>The passphrase in a file that others may not read.</summary>
    internal static string Passphrase(ProviderHome home)
    {
        var path = home.At("passphrase");
        File.WriteAllBytes(path, home.Passphrase);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return path;
    }

    private static string Json(string text) => JsonSerializer.Serialize(text);
}
