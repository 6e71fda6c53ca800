using EdgeKms.Cli.Verify;

namespace EdgeKms.Cli.Tests.Verify;

public class VerifyTextTests
{
    private static string Text(int failed, int skipped, params VerifiedCheck[] checks)
    {
        using var output = new StringWriter { NewLine = "\n" };
        var report = new VerifyReport(
            "https://127.0.0.1:6443",
            "/root/.kube/config",
            "edgekms",
            null,
            ["[+]ping ok", "[-]kms-providers failed: reason withheld", "readyz check failed"],
            checks,
            failed,
            skipped,
            failed == 0 ? 0 : 13
        );
        VerifyText.Write(report, output);
        return output.ToString();
    }

    [Fact]
    public void Write_EachOutcome_HasItsMarkAndAFailureItsNextStep() =>
        Assert.Equal(
            """
            API server https://127.0.0.1:6443 (/root/.kube/config)
            [+]ping ok
            [-]kms-providers failed: reason withheld
            readyz check failed

            [+]a: well
            [-]b: ill
                 cause: why
                 next: what to run
            [ ]c: not there

            not verified: 1 check failed, 1 skipped

            """,
            Text(
                1,
                1,
                new VerifiedCheck("a", "ok", "well", null, null),
                new VerifiedCheck("b", "failed", "ill", "why", "what to run"),
                new VerifiedCheck("c", "skipped", "not there", null, null)
            )
        );

    [Fact]
    public void Write_NothingFailed_CountsWhatPassed()
    {
        Assert.EndsWith(
            "\nverified: 1 check passed, 1 skipped\n",
            Text(0, 1, new VerifiedCheck("a", "ok", "", null, null), new VerifiedCheck("c", "skipped", "", null, null))
        );
        Assert.EndsWith("\nverified: 1 check passed\n", Text(0, 0, new VerifiedCheck("a", "ok", "", null, null)));
    }

    [Fact]
    public void Write_TextThatATerminalObeys_IsMadeHarmless() =>
        Assert.DoesNotContain('\x1b', Text(1, 0, new VerifiedCheck("a", "failed", "\x1b[2J", "\x1b[2J", "\x1b[2J")));
}
