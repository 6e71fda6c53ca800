using System.Net.Sockets;
using EdgeKms.Contract.Failures;
using EdgeKms.Kms.V2;
using Grpc.Core;
using Grpc.Net.Client;

namespace EdgeKms.Cluster.ControlPlane.Readiness;

/// <summary>The provider: <c>Status</c> of KMS v2 on its socket, which is an error for as long as the ring is sealed.</summary>
internal sealed class KmsReadiness(string socketPath, TimeProvider time) : IReadiness
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(3); // as kube-apiserver

    public async Task<IReadOnlyList<string>> FailingAsync(CancellationToken stop)
    {
        using var handler = UnixConnection.Handler(socketPath);
        using var channel = GrpcChannel.ForAddress(
            "http://localhost",
            new GrpcChannelOptions { HttpHandler = handler }
        );
        var client = new KeyManagementService.KeyManagementServiceClient(channel);
        try
        {
            var deadline = time.GetUtcNow().UtcDateTime + s_limit;
            await client.StatusAsync(new StatusRequest(), deadline: deadline, cancellationToken: stop);
            return [];
        }
        catch (RpcException e) when (stop.IsCancellationRequested)
        {
            throw new OperationCanceledException(e.Message, e, stop);
        }
        catch (RpcException e)
            when (e.Status.DebugException is HttpRequestException { InnerException: SocketException })
        {
            return [$"nothing answers at {socketPath}"];
        }
        catch (RpcException e)
        {
            return [$"Status: {e.Status.Detail}"];
        }
    }

    /// <summary>Whether anybody listens.</summary>
    /// <exception cref="CommandException">Exit code 9: this user may not find out.</exception>
    internal static async Task<bool> AnswersAsync(string socketPath, CancellationToken stop)
    {
        try
        {
            using var socket = await UnixConnection.OpenAsync(socketPath, stop);
            return true;
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.AccessDenied)
        {
            throw new CommandException(
                ExitCode.Permission,
                $"this user may not connect to {socketPath}",
                "run the command as root, for example with sudo",
                e
            );
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
