using System.Net;
using System.Net.Sockets;
using EdgeKms.Cluster;
using EdgeKms.Contract.AdminApi;
using EdgeKms.Contract.Failures;

namespace EdgeKms.Cli.Status;

/// <summary>Asks <c>GET /v1/status</c> of the admin socket, over HTTP/1.1.</summary>
internal static class StatusClient
{
    private const int MaxBytes = 4 * 1024 * 1024;

    /// <summary>How long the daemon has for its answer: 3 s, as kube-apiserver gives it.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(3);

    private static readonly Uri s_status = new("http://localhost/v1/status");

    /// <summary>The daemon's report of at most 4 MiB; null where nobody listens.</summary>
    /// <exception cref="CommandException">
    /// Exit code 9: the caller may not connect; 11: no answer, or not the one of this daemon; 1: no status report.
    /// </exception>
    public static async Task<StatusReport?> AskAsync(string socketPath, TimeSpan limit, CancellationToken cancellation)
    {
        using var handler = UnixConnection.Handler(socketPath);
        handler.UseCookies = false;
        handler.AllowAutoRedirect = false;
        using var client = new HttpClient(handler) { Timeout = limit, MaxResponseContentBufferSize = MaxBytes };
        try
        {
            using var response = await client.GetAsync(s_status, cancellation);
            if (response.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden)
                throw Forbidden(socketPath);
            if (response.StatusCode != HttpStatusCode.OK)
                throw Unreachable($"answered HTTP {(int)response.StatusCode} on {socketPath}");
            return StatusSource.Parse(await response.Content.ReadAsByteArrayAsync(cancellation));
        }
        catch (HttpRequestException e) when (e.InnerException is SocketException { SocketErrorCode: var error })
        {
            return error switch
            {
                // .NET's name of ENOENT is AddressNotAvailable.
                SocketError.AddressNotAvailable or SocketError.ConnectionRefused => null,
                SocketError.AccessDenied => throw Forbidden(socketPath),
                _ => throw Unreachable($"can't be reached on {socketPath}: {e.InnerException.Message}"),
            };
        }
        catch (HttpRequestException e) when (e.HttpRequestError == HttpRequestError.ConfigurationLimitExceeded)
        {
            throw Unreachable($"sent more than 4 MiB on {socketPath}");
        }
        catch (HttpRequestException)
        {
            throw Unreachable($"sent no HTTP answer on {socketPath}");
        }
        catch (TaskCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw Unreachable($"did not answer within {limit.TotalSeconds:0.#} s on {socketPath}");
        }
    }

    private static CommandException Forbidden(string socketPath) =>
        new(ExitCode.Permission, $"the admin socket {socketPath} is for administrators", "run the command with sudo");

    private static CommandException Unreachable(string what) =>
        new(
            ExitCode.Unreachable,
            $"the daemon {what}",
            "see the daemon's log; \"systemctl restart edgekmsd\" starts it again"
        );
}
