using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using EdgeKms.Contract.Failures;
using EdgeKms.Etcd.V3;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;

namespace EdgeKms.Cluster.Datastore;

/// <summary>etcd v3, or kine's socket, which speaks the same: its gRPC service KV, reading alone.</summary>
public sealed class EtcdDatastore : IDatastore
{
    // etcd takes values of 1.5 MiB (--max-request-bytes): one fits into a message, and a page that doesn't gets smaller.
    private const int MaxMessageBytes = 16 * 1024 * 1024;

    // etcd walks its whole index for each page, so few large pages are several times faster than many small ones; the time no longer
    // falls above 4 MiB, and the memory rises.
    private const int FirstPageOfObjects = 100;
    private const int MaxPageOfObjects = 10_000;

    /// <summary>Size of a page in bytes where nothing but speed counts.</summary>
    internal const long FastPage = 4 * 1024 * 1024;

    /// <summary>Size of a page for long work that shall need little memory.</summary>
    public const long SmallPage = 128 * 1024;

    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan s_connect = TimeSpan.FromSeconds(5);

    private static readonly Method<RangeRequest, EtcdPage> s_page = new(
        MethodType.Unary,
        "etcdserverpb.KV",
        "Range",
        Marshallers.Create(static (RangeRequest request) => request.ToByteArray(), static _ => new RangeRequest()),
        Marshallers.Create(
            static (EtcdPage _, SerializationContext _) => throw new NotSupportedException(),
            EtcdPage.Parse
        )
    );

    private readonly SocketsHttpHandler _handler;
    private readonly GrpcChannel _channel;
    private readonly CallInvoker _calls;
    private readonly KV.KVClient _kv;
    private readonly TimeProvider _time;
    private readonly string _endpoint;
    private readonly long _pageBytes;

    /// <param name="endpoint"><c>https://host:port</c>, <c>http://host:port</c> or <c>unix:///path</c>.</param>
    /// <param name="tls">For <c>https</c>.</param>
    /// <param name="time">For the limit of a call: 20 s.</param>
    /// <param name="pageBytes">About how much is read with one call; several are in memory at once.</param>
    /// <param name="connect">How long a connection may take, its TLS handshake included; 5 s where it is not given.</param>
    /// <exception cref="CommandException">Exit code 2: the endpoint or the certificates can't be used.</exception>
    public EtcdDatastore(
        string endpoint,
        ClientTls tls,
        TimeProvider time,
        long pageBytes = FastPage,
        TimeSpan? connect = null
    )
    {
        (_endpoint, _time, _pageBytes) = (endpoint, time, pageBytes);
        var address = Address(endpoint);
        if (address.Scheme == "unix")
        {
            _handler = UnixConnection.Handler(address.LocalPath);
            address = new Uri("http://localhost");
        }
        else
        {
            _handler = new SocketsHttpHandler
            {
                UseProxy = false,
                ConnectTimeout = connect ?? s_connect,
                SslOptions = tls.Options(),
            };
        }
        _channel = GrpcChannel.ForAddress(
            address,
            new GrpcChannelOptions { HttpHandler = _handler, MaxReceiveMessageSize = MaxMessageBytes }
        );
        _calls = _channel.CreateCallInvoker();
        _kv = new KV.KVClient(_calls);
    }

    public string Name => $"etcd at {_endpoint}";

    public async Task<StoredObject?> GetAsync(string key, CancellationToken cancellation)
    {
        var answer = await RangeAsync(new RangeRequest { Key = ByteString.CopyFromUtf8(key) }, cancellation);
        return answer.Kvs is [var found, ..] ? Stored(found) : null;
    }

    public async Task<bool> HoldsAsync(string key, ReadOnlyMemory<byte> text, CancellationToken cancellation)
    {
        var answer = await RangeAsync(new RangeRequest { Key = ByteString.CopyFromUtf8(key) }, cancellation);
        return answer.Kvs is [var found, ..] && found.Value.Span.IndexOf(text.Span) >= 0;
    }

    public async IAsyncEnumerable<StoredObject> ListAsync(
        string prefix,
        [EnumeratorCancellation] CancellationToken cancellation
    )
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var request = Below(prefix);
        request.Limit = FirstPageOfObjects;
        var next = PageAsync(request, stop.Token);
        try
        {
            while (next is not null)
            {
                var page = await next;
                // etcd reads the next page while the caller counts this one.
                request = After(page, request);
                next = page is { More: true, Objects.Count: > 0 } ? PageAsync(request, stop.Token) : null;
                foreach (var stored in page.Objects)
                    yield return stored;
            }
        }
        finally
        {
            await stop.CancelAsync();
            if (next is not null)
                await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    public async Task<long> CountAsync(string prefix, CancellationToken cancellation)
    {
        var request = Below(prefix);
        request.CountOnly = true;
        return (await RangeAsync(request, cancellation)).Count;
    }

    /// <summary>No call tells how far etcd is compacted, but reading an older revision fails: halving finds it in some 20 calls.</summary>
    public async Task<StoredHistory> HistoryAsync(CancellationToken cancellation)
    {
        var current = (await RangeAsync(AnyKeyAt(0), cancellation)).Header.Revision;
        var (compacted, readable) = (0L, current);
        while (compacted + 1 < readable)
        {
            var middle = compacted + (readable - compacted) / 2;
            if (await IsReadableAsync(middle, cancellation))
                readable = middle;
            else
                compacted = middle;
        }
        // The first revision is readable where nothing was compacted.
        return new StoredHistory(DatastoreKind.Etcd, current, readable <= 1 ? 0 : readable, Doubt: null);
    }

    /// <summary>None: etcd lists no history.</summary>
    public IAsyncEnumerable<StoredObject> ListLeftoversAsync(string prefix, CancellationToken cancellation) =>
        AsyncEnumerable.Empty<StoredObject>();

    /// <summary>None: etcd keeps a key's values apart.</summary>
    public IAsyncEnumerable<StoredObject> ListBesideAsync(string prefix, CancellationToken cancellation) =>
        AsyncEnumerable.Empty<StoredObject>();

    public void Dispose()
    {
        _channel.Dispose();
        _handler.Dispose();
    }

    private static RangeRequest Below(string prefix) =>
        new() { Key = ByteString.CopyFromUtf8(prefix), RangeEnd = ByteString.CopyFrom(KeyRange.End(prefix)) };

    /// <summary>Whether the key is there says nothing, the answer does.</summary>
    private static RangeRequest AnyKeyAt(long revision) =>
        new()
        {
            Key = ByteString.CopyFromUtf8("/registry/health"),
            Revision = revision,
            CountOnly = true,
        };

    private async Task<bool> IsReadableAsync(long revision, CancellationToken cancellation)
    {
        try
        {
            await RangeAsync(AnyKeyAt(revision), cancellation);
            return true;
        }
        catch (CommandException e) when (e.InnerException is RpcException { StatusCode: StatusCode.OutOfRange })
        {
            return false;
        }
    }

    /// <summary>The page after this one: of the same moment, beginning right after the last key.</summary>
    private RangeRequest After(EtcdPage page, RangeRequest request) =>
        new(request)
        {
            Key = ByteString.CopyFrom([.. page.LastKey, 0]),
            Revision = request.Revision == 0 ? page.Revision : request.Revision,
            Limit = Math.Clamp(_pageBytes * page.Objects.Count / Math.Max(page.Bytes, 1), 1, MaxPageOfObjects),
        };

    /// <summary>A page; of fewer objects where they are too large for one message.</summary>
    private async Task<EtcdPage> PageAsync(RangeRequest request, CancellationToken cancellation)
    {
        while (true)
        {
            try
            {
                return await AskAsync(
                    options => _calls.AsyncUnaryCall(s_page, null, options, request).ResponseAsync,
                    cancellation
                );
            }
            catch (CommandException e)
                when (e.InnerException is RpcException { StatusCode: StatusCode.ResourceExhausted } && request.Limit > 1
                )
            {
                request.Limit /= 2;
            }
        }
    }

    private Task<RangeResponse> RangeAsync(RangeRequest request, CancellationToken cancellation) =>
        AskAsync(options => _kv.RangeAsync(request, options).ResponseAsync, cancellation);

    private async Task<T> AskAsync<T>(Func<CallOptions, Task<T>> call, CancellationToken cancellation)
    {
        var options = new CallOptions(
            deadline: _time.GetUtcNow().UtcDateTime + s_limit,
            cancellationToken: cancellation
        );
        try
        {
            return await call(options);
        }
        catch (RpcException e) when (!cancellation.IsCancellationRequested)
        {
            throw Failure(e);
        }
        catch (RpcException e)
        {
            throw new OperationCanceledException(e.Message, e, cancellation);
        }
    }

    private CommandException Failure(RpcException e)
    {
        var reason = Text.OneLine.Of(e.Status.Detail, 300);
        return e.StatusCode switch
        {
            StatusCode.Unavailable or StatusCode.DeadlineExceeded or StatusCode.Internal => new CommandException(
                ExitCode.Unreachable,
                $"etcd at {_endpoint} can't be reached: {reason}",
                "look whether it runs, and whether --etcd-endpoints, --etcd-cacert, --etcd-cert and --etcd-key are right",
                e
            ),
            StatusCode.Unauthenticated or StatusCode.PermissionDenied => new CommandException(
                ExitCode.Permission,
                $"etcd at {_endpoint} refuses: {reason}",
                "give a certificate that may read, with --etcd-cert and --etcd-key",
                e
            ),
            StatusCode.OutOfRange => new CommandException(
                ExitCode.Failed,
                $"etcd at {_endpoint} was compacted while it was read",
                "run the command again",
                e
            ),
            var code => new CommandException(
                ExitCode.Failed,
                string.Create(CultureInfo.InvariantCulture, $"etcd at {_endpoint} answered {code}: {reason}"),
                "etcd's log has more",
                e
            ),
        };
    }

    private static StoredObject Stored(KeyValue pair) =>
        new(Encoding.UTF8.GetString(pair.Key.Span), StoredValue.Parse(pair.Value.Span), pair.ModRevision);

    private static Uri Address(string endpoint)
    {
        // etcdctl takes host:port for http://host:port.
        var text = endpoint.Contains("://", StringComparison.Ordinal) ? endpoint : "http://" + endpoint;
        return
            Uri.TryCreate(text, UriKind.Absolute, out var uri)
            && uri.UserInfo.Length == 0
            && (uri.Scheme is "http" or "https" ? uri.Host.Length > 0 : uri.Scheme == "unix" && uri.Host.Length == 0)
            ? uri
            : throw new CommandException(
                ExitCode.Usage,
                $"{endpoint} is no endpoint of etcd",
                "write https://HOST:PORT, http://HOST:PORT or unix:///PATH"
            );
    }
}
