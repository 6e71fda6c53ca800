using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Globalization;
using EdgeKms.Kms.V2;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace EdgeKms.Conformance.Tests.Plugin;

/// <summary>
/// A KMS v2 plugin in the test's own process: Kestrel, and gRPC by hand on top of it, so that it can be broken at every
/// level. Without a defect it keeps all rules but those about ":authority", where Kestrel stands in the way.
/// </summary>
internal sealed class TestPlugin(Defect defect) : IAsyncDisposable
{
    /// <summary>Stands for two bytes that aren't UTF-8, which a string can't hold.</summary>
    public const string NotUtf8 = "~~";

    private const int MaxMessage = 1024 * 1024;

    private readonly TestKeys keys = new(defect);
    private readonly ConcurrentDictionary<ConnectionContext, bool> connections = new();
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("edgekms-conformance-");
    private WebApplication? app;

    public string Socket => Path.Combine(folder.FullName, "kms.sock");

    public async Task StartAsync()
    {
        keys.Start();
        if (defect != Defect.StaleSocketNotRemoved)
        {
            File.Delete(Socket);
        }

        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore();
        builder.Services.Configure<HostOptions>(o => o.ShutdownTimeout = TimeSpan.FromSeconds(9));
        builder.WebHost.ConfigureKestrel(k =>
            k.ListenUnixSocket(
                Socket,
                listen =>
                {
                    listen.Protocols = HttpProtocols.Http2;
                    listen.Use(next => connection => AcceptAsync(connection, next));
                }
            )
        );
        app = builder.Build();
        app.Run(HandleAsync);
        await app.StartAsync();
        var open = defect == Defect.SocketOpenToAll;
        File.SetUnixFileMode(Socket, open ? (UnixFileMode)0b110_110_110 : (UnixFileMode)0b110_000_000);
        File.SetUnixFileMode(folder.FullName, open ? (UnixFileMode)0b111_101_101 : (UnixFileMode)0b111_000_000);
    }

    public Task RotateAsync() => Task.Run(keys.Rotate);

    public async Task RestartAsync()
    {
        await StopAsync(graceful: defect != Defect.ConnectionsCutAtStop);
        await StartAsync();
    }

    /// <summary>Cuts every connection and leaves the socket file behind, as SIGKILL does.</summary>
    public async Task KillAsync()
    {
        await StopAsync(graceful: false);
        await File.WriteAllTextAsync(Socket, "");
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync(graceful: false);
        folder.Delete(recursive: true);
    }

    private async Task StopAsync(bool graceful)
    {
        if (app is null)
        {
            return;
        }

        if (!graceful)
        {
            foreach (var connection in connections.Keys)
            {
                connection.Abort();
            }
        }

        await app.StopAsync(new CancellationToken(canceled: !graceful));
        await app.DisposeAsync();
        app = null;
    }

    private async Task AcceptAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        foreach (var other in connections.Keys)
        {
            if (defect == Defect.NewConnectionEndsOthers)
            {
                other.Abort();
            }
        }

        connections.TryAdd(connection, true);
        try
        {
            await next(connection);
        }
        finally
        {
            connections.TryRemove(connection, out _);
        }
    }

    private async Task HandleAsync(HttpContext context)
    {
        context.Response.ContentType = "application/grpc";
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        if (defect != Defect.DeadlineIgnored && Timeout(context.Request.Headers["grpc-timeout"]) is { } time)
        {
            deadline.CancelAfter(time);
        }

        var status = Status.DefaultSuccess;
        try
        {
            var request = await ReadAsync(context.Request.Body, deadline.Token);
            var answer = await DispatchAsync(context.Request.Path, request, deadline.Token);
            var framed = new byte[5 + answer.Length];
            BinaryPrimitives.WriteInt32BigEndian(framed.AsSpan(1), answer.Length);
            answer.CopyTo(framed, 5);
            await context.Response.Body.WriteAsync(framed, deadline.Token);
        }
        catch (RpcException refused)
        {
            status = refused.Status;
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
        {
            status = new Status(StatusCode.DeadlineExceeded, "too late");
        }

        context.Response.AppendTrailer("grpc-status", ((int)status.StatusCode).ToString(CultureInfo.InvariantCulture));
        context.Response.AppendTrailer("grpc-message", Uri.EscapeDataString(status.Detail));
    }

    private async Task<byte[]> ReadAsync(Stream body, CancellationToken stop)
    {
        var prefix = new byte[5];
        await body.ReadExactlyAsync(prefix, stop);
        var length = BinaryPrimitives.ReadInt32BigEndian(prefix.AsSpan(1));
        if (length > MaxMessage && defect != Defect.OversizedAccepted)
        {
            throw new RpcException(new Status(StatusCode.ResourceExhausted, "too large"));
        }

        var message = new byte[length];
        await body.ReadExactlyAsync(message, stop);
        return message;
    }

    private async Task<byte[]> DispatchAsync(string path, byte[] request, CancellationToken stop)
    {
        switch (path)
        {
            case "/v2.KeyManagementService/Status":
                Parse(StatusRequest.Parser, request);
                return Mangled(keys.Status().ToByteArray());
            case "/v2.KeyManagementService/Encrypt":
                return defect == Defect.OversizedAccepted && request.Length > MaxMessage
                    ? keys.Encrypt(new EncryptRequest { Plaintext = ByteString.Empty }).ToByteArray()
                    : Mangled(keys.Encrypt(Parse(EncryptRequest.Parser, request)).ToByteArray());
            case "/v2.KeyManagementService/Decrypt"
                when defect == Defect.V1TakenByV2
                    && DecryptRequest.Parser.ParseFrom(request).Ciphertext is { IsEmpty: false } cipher
                    && cipher[0] == 2:
                var plaintext = new TestV1(keys, defect).Decrypt(cipher.ToByteArray());
                return new DecryptResponse { Plaintext = ByteString.CopyFrom(plaintext) }.ToByteArray();
            case "/v2.KeyManagementService/Decrypt" when defect != Defect.DecryptMissing:
                var decrypt = Parse(DecryptRequest.Parser, request);
                decrypt.KeyId = decrypt.KeyId.Replace("\ufffd\ufffd", NotUtf8, StringComparison.Ordinal);
                return (await keys.DecryptAsync(decrypt, stop)).ToByteArray();
            case "/v1beta1.KeyManagementService/Version" when defect == Defect.OldServiceWithoutEncrypt:
            case "/v1beta1.KeyManagementService/Decrypt" when defect == Defect.OldServiceWithoutEncrypt:
                return [];
            case var old when old.StartsWith("/v1beta1.", StringComparison.Ordinal) && TestV1.IsOffered(defect):
                return await OldAsync(old, request, stop);
            default:
                var code = defect == Defect.UnknownMethodGivesNotFound ? StatusCode.NotFound : StatusCode.Unimplemented;
                throw new RpcException(new Status(code, "no such method"));
        }
    }

    private async Task<byte[]> OldAsync(string path, byte[] request, CancellationToken stop)
    {
        var v1 = new TestV1(keys, defect);
        switch (path)
        {
            case "/v1beta1.KeyManagementService/Version":
                return v1.Version().ToByteArray();
            case "/v1beta1.KeyManagementService/Encrypt":
                return v1.Encrypt(Kms.V1Beta1.EncryptRequest.Parser.ParseFrom(request)).ToByteArray();
            case "/v1beta1.KeyManagementService/Decrypt":
                var decrypt = Kms.V1Beta1.DecryptRequest.Parser.ParseFrom(request);
                if (defect == Defect.V2TakenByV1 && !decrypt.Cipher.IsEmpty && decrypt.Cipher[0] != 2)
                {
                    var asNew = new DecryptRequest { Ciphertext = decrypt.Cipher, KeyId = keys.Active().Id };
                    asNew.Annotations.Add("form.example", ByteString.CopyFrom(new byte[1])); // as Encrypt adds it
                    var plaintext = (await keys.DecryptAsync(asNew, stop)).Plaintext;
                    return new Kms.V1Beta1.DecryptResponse { Plain = plaintext }.ToByteArray();
                }

                return v1.Decrypt(decrypt).ToByteArray();
            default:
                throw new RpcException(new Status(StatusCode.Unimplemented, "no such method"));
        }
    }

    private T Parse<T>(MessageParser<T> parser, byte[] bytes)
        where T : IMessage<T>
    {
        var message = parser.ParseFrom(bytes);
        var known = parser.WithDiscardUnknownFields(true).ParseFrom(bytes);
        return defect == Defect.UnknownFieldsRefused && message.CalculateSize() != known.CalculateSize()
            ? throw new RpcException(new Status(StatusCode.InvalidArgument, "unknown field"))
            : message;
    }

    /// <summary>Puts bytes that aren't UTF-8 where a string holds their stand-in.</summary>
    private byte[] Mangled(byte[] message)
    {
        if (defect == Defect.KeyIdNotUtf8)
        {
            var at = message.AsSpan().LastIndexOf("~~"u8);
            message[at] = 0xff;
            message[at + 1] = 0xfe;
        }

        return message;
    }

    private static TimeSpan? Timeout(string? header)
    {
        if (string.IsNullOrEmpty(header))
        {
            return null;
        }

        var value = long.Parse(header[..^1], CultureInfo.InvariantCulture);
        return header[^1] switch
        {
            'H' => TimeSpan.FromHours(value),
            'M' => TimeSpan.FromMinutes(value),
            'S' => TimeSpan.FromSeconds(value),
            'm' => TimeSpan.FromMilliseconds(value),
            'u' => TimeSpan.FromMicroseconds(value),
            _ => TimeSpan.FromTicks(value / 100),
        };
    }
}
