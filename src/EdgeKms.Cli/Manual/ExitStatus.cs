using System.Globalization;
using EdgeKms.Contract.Failures;

namespace EdgeKms.Cli.Manual;

/// <summary>The section EXIT STATUS: the common codes, or those of a command that has its own.</summary>
internal static class ExitStatus
{
    /// <summary>As docs/reference/command-line.md has them; a test compares them.</summary>
    public static string Meaning(ExitCode code) =>
        code switch
        {
            ExitCode.Ok => "Done; for status: unsealed and healthy.",
            ExitCode.Failed => "Something failed that no other code names.",
            ExitCode.Usage => "The command line or edgekms.json is wrong; nothing was done.",
            ExitCode.Refused => "Refused because it would overwrite or lose something.",
            ExitCode.Credential => "Wrong passphrase, recovery code or node token.",
            ExitCode.Sealed => "The key ring is sealed: there is a ring, but nothing at hand opens it.",
            ExitCode.NoRing => "There is no key ring.",
            ExitCode.Damaged =>
                "The key ring or a file beside it is damaged, or older than it was; or it lacks a key that stored objects need.",
            ExitCode.Io => "The operating system refused: disk full, read-only, I/O error.",
            ExitCode.Permission => "Wrong owner or mode, or the caller isn't an administrator.",
            ExitCode.Busy =>
                "Someone else is changing or serving this key ring; for up: another up has the state directory, or a port is taken.",
            ExitCode.Unreachable =>
                "The daemon, the API server or the datastore does not run or does not answer; or edgekmsd was not found.",
            ExitCode.Upgrade => "The file was written by a newer EdgeKms.",
            ExitCode.Unhealthy =>
                "The daemon serves, but its self-test failed; for verify: a check failed; for audit-log verify: the log does not cover the ring.",
            _ => throw new ArgumentOutOfRangeException(nameof(code)),
        };

    /// <param name="page">The page that gets the section.</param>
    /// <param name="command">Name of the command, or null for the program.</param>
    public static void Write(ManualPage page, string? command)
    {
        page.Section("EXIT STATUS");
        switch (command)
        {
            case "doctor":
                Term(page, 0, "Every check passed or was skipped.");
                Term(page, 1, "There are warnings.");
                Term(page, 2, "A check failed.");
                return;
            case "scan":
                Term(page, 0, "Every object that has to be encrypted is under the active key.");
                Term(
                    page,
                    1,
                    "Some are stale. Also where the active key is not known and the objects are under more than one."
                );
                Term(page, 2, "Some are in the clear, foreign, damaged, or of KMS v1.");
                Term(
                    page,
                    11,
                    "The datastore can't be reached, or the active key is not known and all objects are under one key."
                );
                page.Paragraph("Other failures have the codes of edgekms(1).");
                return;
            case "conformance":
                Term(page, 0, "No check failed.");
                Term(page, 1, "A check failed.");
                Term(page, 2, "The command line could not be understood.");
                Term(page, 3, "The plugin can't be reached.");
                return;
            default:
                foreach (var code in Enum.GetValues<ExitCode>())
                    Term(page, (int)code, Meaning(code));
                Term(page, 130, "Interrupted with Ctrl-C.");
                return;
        }
    }

    private static void Term(ManualPage page, int code, string text) =>
        page.Term(Roff.Bold(code.ToString(CultureInfo.InvariantCulture)), text);
}
