using EdgeKms.Contract.Failures;
using EdgeKms.Daemon.Commands;
using EdgeKms.KeyRing.Failures;

namespace EdgeKms.Daemon.Tests.Commands;

public sealed class FailuresTests
{
    [Fact]
    public async Task Guard_OfEachKindOfException_WritesAPairAndReturnsItsCode()
    {
        await Expect(0, "");
        await Expect(
            2,
            "edgekms: error: no\nedgekms: hint: try yes\n",
            new CommandException(ExitCode.Usage, "no", "try yes")
        );
        await Expect(
            10,
            "edgekms: error: another process is changing the key ring\nedgekms: hint: wait for it to end and try again\n",
            new EdgeKmsException(ErrorCode.LockHeld)
        );
        await Expect(130, "", new OperationCanceledException());
    }

    /// <summary>The message of an exception that nobody foresaw might quote a secret.</summary>
    [Fact]
    public async Task Guard_OfAnUnforeseenException_NamesItsTypeAlone() =>
        await Expect(
            1,
            "edgekms: error: unexpected failure (FormatException)\n"
                + "edgekms: hint: this is a defect of EdgeKms: please report it with the command that you ran\n",
            new FormatException("correct horse battery")
        );

    private static async Task Expect(int code, string error, Exception? thrown = null)
    {
        using var streams = new ScriptedStreams();

        var exit = await Failures.Guard(
            () => thrown is null ? Task.FromResult(0) : Task.FromException<int>(thrown),
            streams.Io
        );

        Assert.Equal((code, error, ""), (exit, streams.Error, streams.Out));
    }
}
