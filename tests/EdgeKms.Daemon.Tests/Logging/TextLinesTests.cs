using EdgeKms.Daemon.Logging;
using EdgeKms.Daemon.Serving;
using EdgeKms.KeyRing.Failures;
using Microsoft.Extensions.Logging;

namespace EdgeKms.Daemon.Tests.Logging;

public class TextLinesTests
{
    private const string Start = "2026-11-24T03:00:00Z ";

    [Fact]
    public void Write_AnEvent_IsOneLine() =>
        Assert.Equal(
            $"{Start}info: EdgeKms[21] /run/x \"y\" is left to whoever starts the daemon to give to the group: a b\n",
            Written(log => DaemonLog.NotObserved(log, "/run/x\n\"y\"", "a\r\nb"))
        );

    [Fact]
    public void Write_AFailureOfOurs_IsItsPairWithThePath()
    {
        var failure = new EdgeKmsException(ErrorCode.SocketOccupied, "/run/x exists and is not a socket");

        Assert.Equal(
            $"{Start}crit: EdgeKms[28] edgekmsd ends: /run/x exists and is not a socket\n"
                + $"{Start}crit: EdgeKms[28] hint: move it away, or name another path in edgekms.json\n",
            Written(log => DaemonLog.Ended(log, failure))
        );
        // As a framework passes it on.
        Assert.Contains(
            ": /run/x exists and is not a socket\n",
            Written(log => DaemonLog.Ended(log, new AggregateException("words", failure)))
        );
    }

    /// <summary>Also what a framework logs, in words of its own and with whatever was thrown.</summary>
    [Fact]
    public void Write_WhatSomebodyElseHasThrown_IsAPairWithoutItsWordsAndItsStack()
    {
        var written = Written(log =>
        {
            try
            {
                throw new InvalidOperationException("hunter2\nhunter2");
            }
            catch (InvalidOperationException e)
            {
                log.Log(LogLevel.Error, 13, "an unhandled exception", e, (state, thrown) => $"{state}{thrown}");
            }
        });

        Assert.Equal(
            $"{Start}fail: EdgeKms[13] an unhandled exception: unexpected failure (InvalidOperationException)\n"
                + $"{Start}fail: EdgeKms[13] hint: this is a defect of EdgeKms: please report it with the lines of the log around it\n",
            written
        );
    }

    private static string Written(Action<ILogger> log) => Formatted.By(time => new TextLines(time), log);
}
