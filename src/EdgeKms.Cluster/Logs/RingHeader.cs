using System.Text;

namespace EdgeKms.Cluster.Logs;

/// <summary>
/// The text header of the newest ring file (spec/ring-v1.md), without what its slots hold: with salt and wrapped key somebody
/// could try passphrases at home.
/// </summary>
public static class RingHeader
{
    private const int MaxBytes = 1_048_576;
    private const int SlotFieldsShown = 5;

    /// <summary>Null where there is no ring that this user can read.</summary>
    public static LogEntry Read(string stateDirectory)
    {
        const string Name = "ring/header.txt";
        var folder = Path.Combine(stateDirectory, "ring");
        try
        {
            var newest = Directory.EnumerateFiles(folder, "ring-????????").Max(StringComparer.Ordinal);
            return newest is null
                ? new LogEntry(Name, "", $"{folder} has no ring")
                : new LogEntry(Name, $"# {Path.GetFileName(newest)}\n{Header(newest)}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new LogEntry(Name, "", e.Message);
        }
    }

    private static string Header(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
        var bytes = new byte[MaxBytes];
        var length = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        var text = new StringBuilder();
        // The MAC line ends the header; behind it is the sealed body.
        foreach (var range in bytes.AsSpan(0, length).Split((byte)'\n'))
        {
            var line = bytes.AsSpan(0, length)[range];
            if (line.StartsWith("mac "u8) || line.ContainsAnyExceptInRange((byte)0x20, (byte)0x7e))
                break;
            text.Append(Shown(Encoding.ASCII.GetString(line))).Append('\n');
        }
        return text.ToString();
    }

    private static string Shown(string line) =>
        line.StartsWith("slot ", StringComparison.Ordinal)
            ? string.Join(' ', line.Split(' ').Take(SlotFieldsShown)) + " (salt and wrapped key removed)"
            : line;
}
