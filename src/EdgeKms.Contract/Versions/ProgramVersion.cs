using System.Reflection;

namespace EdgeKms.Contract.Versions;

/// <summary>The version of a program, as <c>version</c>, <c>--version</c> and the reports print it.</summary>
public static class ProgramVersion
{
    /// <summary>The informational version without the source revision: <c>0.1.0</c>.</summary>
    public static string Of(Assembly program)
    {
        var version = program.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion;
        return version?.Split('+')[0] ?? "unknown";
    }
}
