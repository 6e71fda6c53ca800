using System.Net.Sockets;
using System.Text;
using EdgeKms.Cli.Status;
using EdgeKms.Contract.Failures;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace EdgeKms.Cli.Tests.Status;

/// <summary>Against Kestrel on a Unix socket, and against a socket that answers other than HTTP.</summary>
public class StatusClientTests
{
    private static readonly TimeSpan s_guard = TimeSpan.FromMinutes(2);

    private static async Task<WebApplication> ServeAsync(string path, RequestDelegate answer)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder
            .WebHost.UseKestrelCore()
            .ConfigureKestrel(o => o.ListenUnixSocket(path, l => l.Protocols = HttpProtocols.Http1));
        var server = builder.Build();
        server.Run(answer);
        await server.StartAsync();
        return server;
    }

    private static async Task<CommandException> FailureAsync(RequestDelegate answer, TimeSpan? limit = null)
    {
        using var directory = new TemporaryDirectory();
        await using var server = await ServeAsync(directory["a.sock"], answer);
        return await Assert.ThrowsAsync<CommandException>(() =>
            StatusClient.AskAsync(new DaemonSockets(directory["a.sock"]), limit ?? s_guard, default)
        );
    }

    [Fact]
    public async Task Ask_Daemon_ReturnsItsReport()
    {
        using var directory = new TemporaryDirectory();
        var asked = "";
        await using var server = await ServeAsync(
            directory["a.sock"],
            context =>
            {
                asked =
                    $"{context.Request.Method} {context.Request.Path} {context.Request.Protocol} {context.Request.Host}";
                return context.Response.WriteAsync(Reports.Absent);
            }
        );
        var report = await StatusClient.AskAsync(new DaemonSockets(directory["a.sock"]), s_guard, default);
        Assert.Equal("absent", report!.State);
        Assert.Equal("GET /v1/status HTTP/1.1 localhost", asked);
    }

    [Fact]
    public async Task StatusCommand_Daemon_PrintsItsReportAndExitsWithItsCode()
    {
        using var directory = new TemporaryDirectory();
        await using var server = await ServeAsync(directory["a.sock"], c => c.Response.WriteAsync(Reports.Absent));
        var run = await Run.OfAsync(["status", "-o", "json", "--admin-socket", directory["a.sock"]]);
        Assert.Contains("\"state\": \"absent\"", run.Output);
        Assert.Contains("run \\\"edgekms init\\\"", run.Output);
        Assert.Equal("", run.Error);
        Assert.Equal(6, run.ExitCode);
    }

    [Fact]
    public async Task Ask_NoSocket_IsNull()
    {
        using var directory = new TemporaryDirectory();
        Assert.Null(await StatusClient.AskAsync(new DaemonSockets(directory["none.sock"]), s_guard, default));
        Assert.Null(await StatusClient.AskAsync(new DaemonSockets(directory["no/directory.sock"]), s_guard, default));
    }

    [Fact]
    public async Task Ask_SocketThatNobodyListensOn_IsNull()
    {
        using var directory = new TemporaryDirectory();
        using (var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
            socket.Bind(new UnixDomainSocketEndPoint(directory["a.sock"]));
        if (!File.Exists(directory["a.sock"]))
            File.WriteAllText(directory["a.sock"], "");
        Assert.Null(await StatusClient.AskAsync(new DaemonSockets(directory["a.sock"]), s_guard, default));
    }

    [Fact]
    public async Task Ask_OrdinaryFile_IsNull()
    {
        using var directory = new TemporaryDirectory();
        File.WriteAllText(directory["a.sock"], "");
        Assert.Null(await StatusClient.AskAsync(new DaemonSockets(directory["a.sock"]), s_guard, default));
    }

    [Theory]
    [InlineData(403, ExitCode.Permission)]
    [InlineData(401, ExitCode.Permission)]
    [InlineData(404, ExitCode.Unreachable)]
    [InlineData(500, ExitCode.Unreachable)]
    [InlineData(302, ExitCode.Unreachable)]
    public async Task Ask_OtherStatus_Fails(int status, ExitCode code)
    {
        var failure = await FailureAsync(context =>
        {
            context.Response.StatusCode = status;
            return Task.CompletedTask;
        });
        Assert.Equal(code, failure.ExitCode);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("{\"version\":")]
    [InlineData("[]")]
    public async Task Ask_NoReport_Fails(string body)
    {
        var failure = await FailureAsync(context => context.Response.WriteAsync(body));
        Assert.Equal("the answer of edgekmsd is not a status report", failure.Message);
        Assert.Equal(ExitCode.Failed, failure.ExitCode);
    }

    [Fact]
    public async Task Ask_MoreThan4MiB_Fails()
    {
        var failure = await FailureAsync(context =>
            context.Response.WriteAsync(new string(' ', (4 * 1024 * 1024) + 1))
        );
        Assert.Contains("more than 4 MiB", failure.Message);
    }

    [Fact]
    public async Task Ask_NoAnswerInTime_Fails()
    {
        var failure = await FailureAsync(
            context => Task.Delay(Timeout.Infinite, context.RequestAborted),
            TimeSpan.FromMilliseconds(200)
        );
        Assert.Contains("did not answer within 0.2 s", failure.Message);
        Assert.Equal(ExitCode.Unreachable, failure.ExitCode);
        Assert.Contains("edgekms doctor", failure.Hint);
        Assert.DoesNotContain("restart", failure.Hint);
    }

    [Theory]
    [InlineData("")]
    [InlineData("SSH-2.0-x\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n{")]
    public async Task Ask_SomethingElseListens_Fails(string answer)
    {
        using var directory = new TemporaryDirectory();
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(directory["a.sock"]));
        listener.Listen();
        using var end = new CancellationTokenSource();
        // HttpClient tries again where a connection ends without a byte.
        var answered = Task.Run(async () =>
        {
            while (true)
            {
                using var client = await listener.AcceptAsync(end.Token);
                await client.ReceiveAsync(new byte[4096]);
                await client.SendAsync(Encoding.ASCII.GetBytes(answer));
            }
        });
        var failure = await Assert.ThrowsAsync<CommandException>(() =>
            StatusClient.AskAsync(new DaemonSockets(directory["a.sock"]), s_guard, default)
        );
        await end.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => answered);
        Assert.Equal(ExitCode.Unreachable, failure.ExitCode);
        Assert.Contains("sent no HTTP answer", failure.Message);
    }

    [Fact]
    public async Task Ask_CtrlC_IsCancelledNotFailed()
    {
        using var directory = new TemporaryDirectory();
        await using var server = await ServeAsync(
            directory["a.sock"],
            c => Task.Delay(Timeout.Infinite, c.RequestAborted)
        );
        using var cancel = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            StatusClient.AskAsync(new DaemonSockets(directory["a.sock"]), s_guard, cancel.Token)
        );
    }
}
