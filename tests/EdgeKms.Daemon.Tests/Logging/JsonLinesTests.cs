using System.Text.Json;
using EdgeKms.Daemon.Kms;
using EdgeKms.Daemon.Logging;
using EdgeKms.Daemon.Metrics;
using EdgeKms.Daemon.Serving;
using Grpc.Core;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace EdgeKms.Daemon.Tests.Logging;

public class JsonLinesTests
{
    [Fact]
    public void Write_ACall_IsOneObjectWithItsValues()
    {
        var written = Written(log =>
            DaemonLog.Called(
                log,
                LogLevel.Information,
                KmsMethod.Decrypt,
                CallId.Of("3a6f"),
                "sha256:00",
                StatusCode.OK,
                0.000009
            )
        );
        Assert.Equal(
            """{"time":"2026-11-24T03:00:00.250Z","level":"information","event":10,"message":"Decrypt uid=3a6f key=sha256:00 code=OK seconds=0.000009","method":"Decrypt","uid":"3a6f","keyHash":"sha256:00","code":"OK","seconds":9E-06}"""
                + "\n",
            written
        );
    }

    [Fact]
    public void Write_ATextWithLineBreaksAndQuotes_StaysOneLine()
    {
        var written = Written(log => DaemonLog.NotObserved(log, "/run/x\n\"y\"", "a\r\nb"));
        Assert.Equal(1, written.Count(c => c == '\n'));
        Assert.Equal("/run/x\n\"y\"", JsonDocument.Parse(written).RootElement.GetProperty("socket").GetString());
    }

    [Fact]
    public void Write_WhatWasThrown_IsAPairOfObjectsWithoutItsWords()
    {
        var failure = new InvalidOperationException("a secret: hunter2", new TimeoutException("hunter2"));

        var lines = Written(log => DaemonLog.LoopFailed(log, "RotationLoop", 60, failure)).TrimEnd().Split('\n');

        Assert.Equal(
            """{"time":"2026-11-24T03:00:00.250Z","level":"error","event":27,"message":"RotationLoop failed, and begins again in 60 s: unexpected failure (InvalidOperationException)","loop":"RotationLoop","seconds":60}""",
            lines[0]
        );
        Assert.Equal(
            """{"time":"2026-11-24T03:00:00.250Z","level":"error","event":27,"message":"hint: this is a defect of EdgeKms: please report it with the lines of the log around it"}""",
            lines[1]
        );
        Assert.Equal(2, lines.Length);
    }

    private static string Written(Action<ILogger> log) => Formatted.By(time => new JsonLines(time), log);
}
