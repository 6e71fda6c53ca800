using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using EdgeKms.Contract.Failures;

namespace EdgeKms.Cluster.ApiServer;

/// <summary>
/// The API server of a kubeconfig: HTTP/2 where it has it, objects as the bytes that they are, so that no field is lost
/// that this program doesn't know.
/// </summary>
public sealed class ApiClient : IDisposable
{
    /// <summary>Largest answer: 64 MiB, several times what the metrics of a large API server take.</summary>
    public const int MaxBytes = 64 * 1024 * 1024;

    /// <summary>A request that the API server refused for want of capacity (429, and no webhook's own) is sent again this often.</summary>
    private const int MaxTurns = 10;

    // A health check waits for the KMS plugin: twice 3 s for each provider.
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan s_connect = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_longestWait = TimeSpan.FromSeconds(30);

    private readonly KubeConfig _config;
    private readonly TimeProvider _time;
    private readonly SocketsHttpHandler _handler;
    private readonly HttpClient _http;

    /// <param name="config">Where the API server is, and who asks it.</param>
    /// <param name="time">For the waits between two tries.</param>
    /// <param name="connect">How long a connection may take, its TLS handshake included; 5 s where it is not given.</param>
    /// <exception cref="CommandException">Exit code 2: the kubeconfig's certificates can't be used.</exception>
    public ApiClient(KubeConfig config, TimeProvider time, TimeSpan? connect = null)
    {
        (_config, _time) = (config, time);
        _handler = new SocketsHttpHandler
        {
            SslOptions = config.Tls.Options(),
            // A proxy can't reach this machine's own loopback.
            UseProxy = config.Proxy is not null || !config.Server.IsLoopback,
            ConnectTimeout = connect ?? s_connect,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            AllowAutoRedirect = false,
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.GZip,
        };
        if (config.Proxy is { } proxy)
            _handler.Proxy = new WebProxy(proxy);
        _http = new HttpClient(_handler)
        {
            BaseAddress = new Uri(config.Server.AbsoluteUri.TrimEnd('/') + "/"),
            Timeout = s_limit,
            MaxResponseContentBufferSize = MaxBytes,
        };
        _http.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("edgekms", null));
    }

    public Uri Server => _config.Server;

    /// <summary>GET of any path; JSON unless <paramref name="accept"/> asks for something else.</summary>
    /// <exception cref="CommandException">Exit code 11: no answer.</exception>
    public Task<ApiAnswer> GetAsync(string path, CancellationToken cancellation, string accept = "application/json") =>
        SendAsync(HttpMethod.Get, path, default, null, accept, cancellation);

    /// <summary>POST of an object to its collection.</summary>
    public Task<ApiAnswer> CreateAsync(string path, ReadOnlyMemory<byte> json, CancellationToken cancellation) =>
        SendAsync(HttpMethod.Post, path, json, "application/json", "application/json", cancellation);

    /// <summary>PUT of an object as it was read, <c>resourceVersion</c> included.</summary>
    public Task<ApiAnswer> ReplaceAsync(string path, ReadOnlyMemory<byte> json, CancellationToken cancellation) =>
        SendAsync(HttpMethod.Put, path, json, "application/json", "application/json", cancellation);

    /// <summary>A JSON PATCH (RFC 6902).</summary>
    public Task<ApiAnswer> PatchAsync(
        string path,
        ReadOnlyMemory<byte> json,
        CancellationToken cancellation,
        string accept = "application/json"
    ) => SendAsync(HttpMethod.Patch, path, json, "application/json-patch+json", accept, cancellation);

    /// <summary>A JSON merge PATCH (RFC 7386).</summary>
    public Task<ApiAnswer> MergeAsync(
        string path,
        ReadOnlyMemory<byte> json,
        CancellationToken cancellation,
        string accept = "application/json"
    ) => SendAsync(HttpMethod.Patch, path, json, "application/merge-patch+json", accept, cancellation);

    public Task<ApiAnswer> DeleteAsync(string path, CancellationToken cancellation) =>
        SendAsync(HttpMethod.Delete, path, default, null, "application/json", cancellation);

    /// <summary>
    /// A list in pages, one in memory at a time. Where the list is older than what the API server remembers (410), it goes on
    /// with what is stored now, as the API server offers: nothing that existed all the while is left out.
    /// </summary>
    /// <param name="path">A collection; may have a query.</param>
    /// <param name="limit">Objects on a page.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <param name="accept">For metadata alone <c>application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1</c>.</param>
    /// <exception cref="CommandException">Exit code 11: no answer; 9 or 1: another than a list.</exception>
    public async IAsyncEnumerable<ApiAnswer> ListAsync(
        string path,
        int limit,
        [EnumeratorCancellation] CancellationToken cancellation,
        string accept = "application/json"
    )
    {
        var query = string.Create(
            CultureInfo.InvariantCulture,
            $"{path}{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}limit={limit}"
        );
        for (string? token = ""; token is not null; )
        {
            var page = await GetAsync(
                token.Length == 0 ? query : $"{query}&continue={Uri.EscapeDataString(token)}",
                cancellation,
                accept
            );
            var next = ApiStatus.Continue(page.Body.Span);
            var hasExpired = page.Status == HttpStatusCode.Gone && next is not null && next != token;
            token = next;
            if (!hasExpired)
                yield return page.OrThrow();
        }
    }

    public void Dispose()
    {
        _http.Dispose();
        _handler.Dispose();
    }

    private async Task<ApiAnswer> SendAsync(
        HttpMethod method,
        string path,
        ReadOnlyMemory<byte> body,
        string? contentType,
        string accept,
        CancellationToken cancellation
    )
    {
        for (var turn = 1; ; turn++)
        {
            using var request = new HttpRequestMessage(method, path.TrimStart('/'))
            {
                Version = HttpVersion.Version20,
                VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
            };
            request.Headers.Host = _config.ServerName;
            request.Headers.TryAddWithoutValidation("Accept", accept);
            if (_config.BearerToken() is { } token)
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
            if (contentType is not null)
            {
                request.Content = new ReadOnlyMemoryContent(body);
                request.Content.Headers.ContentType = new MediaTypeHeaderValue(contentType);
            }
            using var answer = await AskAsync(request, cancellation);
            var bytes = await answer.Content.ReadAsByteArrayAsync(cancellation);
            if (
                answer.StatusCode != HttpStatusCode.TooManyRequests
                || turn == MaxTurns
                || AdmissionRefusal.Of(bytes) is not null
            )
                return new ApiAnswer($"{method} {path}", answer.StatusCode, bytes);
            var wait = answer.Headers.RetryAfter?.Delta ?? TimeSpan.FromSeconds(1);
            await Task.Delay(wait < s_longestWait ? wait : s_longestWait, _time, cancellation);
        }
    }

    private async Task<HttpResponseMessage> AskAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        try
        {
            return await _http.SendAsync(request, HttpCompletionOption.ResponseContentRead, cancellation);
        }
        catch (HttpRequestException e)
        {
            throw Unreachable(Reason(e), e);
        }
        catch (TaskCanceledException e) when (!cancellation.IsCancellationRequested)
        {
            throw Unreachable("it does not answer in time", e);
        }
    }

    private CommandException Unreachable(string reason, Exception inner) =>
        new(
            ExitCode.Unreachable,
            $"the API server at {Server.GetLeftPart(UriPartial.Path)} can't be reached: {reason}",
            $"look whether it runs, and whether {_config.Path} names the right one",
            inner
        );

    private static string Reason(HttpRequestException e) =>
        (e.HttpRequestError, e.InnerException) switch
        {
            (_, SocketException { SocketErrorCode: SocketError.ConnectionRefused }) => "nobody listens there",
            (HttpRequestError.NameResolutionError, _) => "its name is unknown",
            (HttpRequestError.SecureConnectionError, _) =>
                "its certificate is not one that the kubeconfig trusts, or TLS failed",
            (HttpRequestError.ConfigurationLimitExceeded, _) => "its answer is larger than 64 MiB",
            (_, SocketException socket) => socket.Message,
            _ => $"the connection broke ({e.HttpRequestError})",
        };
}
