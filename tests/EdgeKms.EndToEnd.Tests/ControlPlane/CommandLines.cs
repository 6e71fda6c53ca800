namespace EdgeKms.EndToEnd.Tests.ControlPlane;

/// <summary>What runs on this machine.</summary>
internal static class CommandLines
{
    /// <summary>Id and command line of each process whose command line holds a text; ended ones have none.</summary>
    internal static IReadOnlyList<string> With(string text)
    {
        var found = new List<string>();
        foreach (var directory in Directory.EnumerateDirectories("/proc"))
        {
            var pid = Path.GetFileName(directory);
            if (!pid.All(char.IsAsciiDigit))
                continue;
            try
            {
                var line = File.ReadAllText(Path.Combine(directory, "cmdline")).Replace('\0', ' ');
                if (line.Contains(text, StringComparison.Ordinal))
                    found.Add($"{pid} {line}");
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // It has ended meanwhile.
            }
        }
        return found;
    }
}
