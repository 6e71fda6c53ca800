using System.Net.Sockets;
using EdgeKms.Contract.Failures;
using EdgeKms.Kms.V2;
using Grpc.Core;
using Grpc.Net.Client;

namespace EdgeKms.Cluster.Deploy;

/// <summary>
/// Waits until the provider answers as kube-apiserver wants it (kms-plugin-contract.md 2.3): an API server that is pointed
/// to one that doesn't can neither read nor write.
/// </summary>
/// <param name="socket">The KMS socket.</param>
/// <param name="limit">How long it may take.</param>
/// <param name="time">Measures it.</param>
public sealed class ProviderWait(string socket, TimeSpan limit, TimeProvider time)
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan s_call = TimeSpan.FromSeconds(3);

    /// <summary>The key id that it announces.</summary>
    /// <exception cref="CommandException">Exit code 11: it did not come; the last reason is in the message.</exception>
    public async Task<string> AnswerAsync(CancellationToken cancellation)
    {
        using var handler = UnixConnection.Handler(socket);
        using var channel = GrpcChannel.ForAddress(
            "http://localhost",
            new GrpcChannelOptions { HttpHandler = handler }
        );
        var client = new KeyManagementService.KeyManagementServiceClient(channel);
        var start = time.GetTimestamp();
        while (true)
        {
            string reason;
            try
            {
                var deadline = time.GetUtcNow().UtcDateTime + s_call;
                var status = await client.StatusAsync(new StatusRequest(), null, deadline, cancellation);
                if (string.Equals(status.Healthz, "ok", StringComparison.Ordinal))
                    return status.KeyId;
                reason = status.Healthz;
            }
            catch (RpcException e) when (!cancellation.IsCancellationRequested)
            {
                reason = Reason(e);
            }
            if (time.GetElapsedTime(start) >= limit)
            {
                throw new CommandException(
                    ExitCode.Unreachable,
                    $"the provider did not answer at {socket} within {limit.TotalSeconds:0} s: {reason}",
                    "see \"edgekms status\" and \"edgekms doctor\"; without systemd, start it with \"edgekmsd serve\""
                );
            }
            await Task.Delay(s_pause, time, cancellation);
        }
    }

    private static string Reason(RpcException e)
    {
        for (Exception? at = e; at is not null; at = at.InnerException)
        {
            if (at is SocketException socket)
                return socket.SocketErrorCode == SocketError.AddressNotAvailable
                    ? "there is no socket"
                    : socket.Message;
        }
        return e.Status.Detail;
    }
}
