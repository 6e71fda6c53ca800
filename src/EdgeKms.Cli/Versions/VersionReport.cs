using System.Text;
using EdgeKms.Cli.Handover;
using EdgeKms.Contract.Failures;
using EdgeKms.Contract.Versions;

namespace EdgeKms.Cli.Versions;

/// <summary>What <c>edgekms version -o json</c> prints.</summary>
/// <param name="Edgekms">Version of this program.</param>
/// <param name="Edgekmsd">Version of the edgekmsd that was found; null where there is none that says it.</param>
/// <param name="EdgekmsdPath">Where it was found; null where it was not.</param>
/// <param name="Missing">Why its version isn't known; null where it is.</param>
internal sealed record VersionReport(string Edgekms, string? Edgekmsd, string? EdgekmsdPath, string? Missing)
{
    private const int MaxLineBytes = 256;

    public static async Task<VersionReport> ReadAsync(
        DaemonProgram daemon,
        TimeProvider time,
        CancellationToken cancellation
    )
    {
        var own = ProgramVersion.Of(typeof(VersionReport).Assembly);
        if (daemon.Find() is not { } path)
            return new VersionReport(own, null, null, "not found");
        try
        {
            var answer = await DaemonProcess.AskAsync(path, ["version"], time, cancellation);
            return Parse(answer) is { } version
                ? new VersionReport(own, version, path, null)
                : new VersionReport(own, null, path, $"{path} does not tell its version");
        }
        catch (CommandException e)
        {
            return new VersionReport(own, null, path, e.Message);
        }
    }

    /// <summary>The version in the line <c>edgekmsd 0.1.0</c>; null where the answer is another.</summary>
    private static string? Parse(DaemonAnswer answer)
    {
        if (answer.ExitCode != 0 || answer.Output.Length > MaxLineBytes)
            return null;
        var words = Encoding.UTF8.GetString(answer.Output.Span).TrimEnd('\n').Split(' ');
        return words is [DaemonProgram.Name, { Length: > 0 } version] && !version.Any(char.IsControl) ? version : null;
    }
}
