using System.Reflection;

namespace EdgeKms.Daemon.Serving;

/// <summary>The program's version and the commit that it was built from, such as <c>0.1.0 (3f2a9c0d1e5b)</c>.</summary>
internal static class ProductVersion
{
    internal static string Text { get; } =
        Format(
            typeof(ProductVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion
                ?? "0.0.0"
        );

    private static string Format(string version)
    {
        var parts = version.Split('+');
        return parts.Length == 2 ? $"{parts[0]} ({parts[1][..Math.Min(12, parts[1].Length)]})" : version;
    }
}
