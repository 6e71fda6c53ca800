using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using EdgeKms.Cluster;
using EdgeKms.Contract.Failures;

namespace EdgeKms.Cli.Status;

/// <summary>
/// One request to the daemon over HTTP/1.1: by the admin socket, or by the observer socket for a user who may not use that one.
/// </summary>
internal static class AdminClient
{
    private const int MaxBytes = 4 * 1024 * 1024;

    /// <summary>How long the daemon has for its answer: 3 s, as kube-apiserver gives it.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(3);

    /// <summary>The answer of at most 4 MiB; null where nobody listens.</summary>
    /// <param name="sockets">Which daemon.</param>
    /// <param name="path">Such as <c>/v1/status</c>.</param>
    /// <param name="limit">How long it may take.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="CommandException">
    /// Exit code 9: the caller may not connect; 11: no answer, or not the one of this daemon.
    /// </exception>
    public static Task<byte[]?> GetAsync(
        DaemonSockets sockets,
        string path,
        TimeSpan limit,
        CancellationToken cancellation
    ) => EitherAsync(sockets, socket => SendAsync(socket, HttpMethod.Get, path, null, limit, cancellation));

    /// <summary>Tells the daemon something.</summary>
    /// <param name="sockets">Which daemon.</param>
    /// <param name="path">Such as <c>/v1/scan</c>.</param>
    /// <param name="json">The report, UTF-8.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>False where it was not taken: the daemon is away, or is an older one, or takes it from somebody else only.</returns>
    public static async Task<bool> TellAsync(
        DaemonSockets sockets,
        string path,
        byte[] json,
        CancellationToken cancellation
    )
    {
        try
        {
            var answer = await EitherAsync(
                sockets,
                socket => SendAsync(socket, HttpMethod.Put, path, json, Limit, cancellation)
            );
            return answer is not null;
        }
        catch (CommandException)
        {
            return false;
        }
    }

    /// <summary>Who may not observe either, or where nobody can, is told of the socket for administrators.</summary>
    private static async Task<byte[]?> EitherAsync(DaemonSockets sockets, Func<string, Task<byte[]?>> ask)
    {
        try
        {
            return await ask(sockets.Admin);
        }
        catch (CommandException e) when (e.ExitCode == ExitCode.Permission && sockets.Observer is not null)
        {
            if (await ObservedAsync(ask, sockets.Observer) is { } answer)
                return answer;
            throw;
        }
    }

    private static async Task<byte[]?> ObservedAsync(Func<string, Task<byte[]?>> ask, string observer)
    {
        try
        {
            return await ask(observer);
        }
        catch (CommandException e) when (e.ExitCode == ExitCode.Permission)
        {
            return null;
        }
    }

    private static async Task<byte[]?> SendAsync(
        string socket,
        HttpMethod method,
        string path,
        byte[]? json,
        TimeSpan limit,
        CancellationToken cancellation
    )
    {
        using var handler = UnixConnection.Handler(socket);
        handler.UseCookies = false;
        handler.AllowAutoRedirect = false;
        using var client = new HttpClient(handler) { Timeout = limit, MaxResponseContentBufferSize = MaxBytes };
        using var request = new HttpRequestMessage(method, new Uri("http://localhost" + path));
        if (json is not null)
        {
            request.Content = new ByteArrayContent(json);
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }
        try
        {
            using var response = await client.SendAsync(request, cancellation);
            return response.StatusCode switch
            {
                HttpStatusCode.OK => await response.Content.ReadAsByteArrayAsync(cancellation),
                HttpStatusCode.NoContent => [],
                HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => throw Forbidden(socket),
                var other => throw Unreachable($"answered HTTP {(int)other} on {socket}"),
            };
        }
        catch (HttpRequestException e) when (e.InnerException is SocketException { SocketErrorCode: var error })
        {
            return error switch
            {
                // .NET's name of ENOENT is AddressNotAvailable.
                SocketError.AddressNotAvailable or SocketError.ConnectionRefused => null,
                SocketError.AccessDenied => throw Forbidden(socket),
                _ => throw Unreachable($"can't be reached on {socket}: {e.InnerException.Message}"),
            };
        }
        catch (HttpRequestException e) when (e.HttpRequestError == HttpRequestError.ConfigurationLimitExceeded)
        {
            throw Unreachable($"sent more than 4 MiB on {socket}");
        }
        catch (HttpRequestException)
        {
            throw Unreachable($"sent no HTTP answer on {socket}");
        }
        catch (TaskCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw Unreachable($"did not answer within {limit.TotalSeconds:0.#} s on {socket}");
        }
    }

    private static CommandException Forbidden(string socket) =>
        new(ExitCode.Permission, $"the admin socket {socket} is for administrators", "run the command with sudo");

    private static CommandException Unreachable(string what) =>
        new(
            ExitCode.Unreachable,
            $"the daemon {what}",
            // Its memory may hold the only copy of the ring: no restart is advised by what can't know.
            "run \"edgekms doctor\": it looks at the files, and says what may be done; the daemon's log may say more"
        );
}
