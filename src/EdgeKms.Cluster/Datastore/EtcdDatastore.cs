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

    // Of 1 KiB each they stay small in memory, and a call more is cheap beside what it reads.
    private const int PageOfObjects = 100;

    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(20);

    private readonly SocketsHttpHandler _handler;
    private readonly GrpcChannel _channel;
    private readonly KV.KVClient _kv;
    private readonly TimeProvider _time;
    private readonly string _endpoint;

    /// <param name="endpoint"><c>https://host:port</c>, <c>http://host:port</c> or <c>unix:///path</c>.</param>
    /// <param name="tls">For <c>https</c>.</param>
    /// <param name="time">For the limit of a call: 20 s.</param>
    /// <exception cref="CommandException">Exit code 2: the endpoint or the certificates can't be used.</exception>
    public EtcdDatastore(string endpoint, ClientTls tls, TimeProvider time)
    {
        (_endpoint, _time) = (endpoint, time);
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
                ConnectTimeout = TimeSpan.FromSeconds(5),
                SslOptions = tls.Options(),
            };
        }
        _channel = GrpcChannel.ForAddress(
            address,
            new GrpcChannelOptions { HttpHandler = _handler, MaxReceiveMessageSize = MaxMessageBytes }
        );
        _kv = new KV.KVClient(_channel);
    }

    public string Name => $"etcd at {_endpoint}";

    public async Task<StoredObject?> GetAsync(string key, CancellationToken cancellation)
    {
        var answer = await RangeAsync(new RangeRequest { Key = ByteString.CopyFromUtf8(key) }, cancellation);
        return answer.Kvs is [var found, ..] ? Stored(found) : null;
    }

    public async IAsyncEnumerable<StoredObject> ListAsync(
        string prefix,
        [EnumeratorCancellation] CancellationToken cancellation
    )
    {
        var request = new RangeRequest
        {
            Key = ByteString.CopyFromUtf8(prefix),
            RangeEnd = ByteString.CopyFrom(KeyRange.End(prefix)),
            Limit = PageOfObjects,
        };
        for (RangeResponse? page = null; page is null || page.More; )
        {
            page = await PageAsync(request, cancellation);
            foreach (var pair in page.Kvs)
                yield return Stored(pair);
            if (page.Kvs.Count == 0)
                yield break;
            // The next pages are of the same moment, and begin right after the last key.
            if (request.Revision == 0)
                request.Revision = page.Header.Revision;
            request.Key = ByteString.CopyFrom([.. page.Kvs[^1].Key.Span, 0]);
        }
    }

    public void Dispose()
    {
        _channel.Dispose();
        _handler.Dispose();
    }

    /// <summary>A page; of fewer objects where they are too large for one message.</summary>
    private async Task<RangeResponse> PageAsync(RangeRequest request, CancellationToken cancellation)
    {
        while (true)
        {
            try
            {
                return await RangeAsync(request, cancellation);
            }
            catch (CommandException e)
                when (e.InnerException is RpcException { StatusCode: StatusCode.ResourceExhausted } && request.Limit > 1
                )
            {
                request.Limit /= 2;
            }
        }
    }

    private async Task<RangeResponse> RangeAsync(RangeRequest request, CancellationToken cancellation)
    {
        var options = new CallOptions(
            deadline: _time.GetUtcNow().UtcDateTime + s_limit,
            cancellationToken: cancellation
        );
        try
        {
            return await _kv.RangeAsync(request, options);
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
