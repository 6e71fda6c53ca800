using System.Diagnostics;
using EdgeKms.Cluster;
using EdgeKms.Kms.V2;
using Grpc.Net.Client;

namespace EdgeKms.Bench;

/// <summary>A plugin's process, started and stopped here by its id.</summary>
internal sealed class Plugin(string name, string program, string socket, IReadOnlyList<string> arguments) : IDisposable
{
    private Process? _process;

    public string Name { get; } = name;

    public long BinaryBytes => new FileInfo(program).Length;

    /// <summary>Starts the process and returns the time from fork to the first good Status, in milliseconds.</summary>
    public async Task<double> Start()
    {
        var begin = Stopwatch.GetTimestamp();
        // Into /dev/null: the Go plugin logs each call, and reading that would burden the client.
        string[] command = ["-c", "exec \"$0\" \"$@\" 2>/dev/null", program, .. arguments];
        _process = Process.Start(new ProcessStartInfo("/bin/sh", command) { UseShellExecute = false })!;
        while (true)
        {
            try
            {
                using var channel = Connect();
                await new KeyManagementService.KeyManagementServiceClient(channel).StatusAsync(new StatusRequest());
                return Stopwatch.GetElapsedTime(begin).TotalMilliseconds;
            }
            catch (Grpc.Core.RpcException) when (Stopwatch.GetElapsedTime(begin) < TimeSpan.FromSeconds(20))
            {
                await Task.Delay(1);
            }
        }
    }

    /// <summary>Resident memory, in KiB: all of it, and the part that no file backs.</summary>
    public (long Total, long Anonymous) ResidentKiB()
    {
        var lines = File.ReadAllLines($"/proc/{_process!.Id}/status");
        return (Value("VmRSS:"), Value("RssAnon:"));

        long Value(string field) =>
            long.Parse(lines.First(l => l.StartsWith(field)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]);
    }

    public GrpcChannel Connect() =>
        GrpcChannel.ForAddress(
            "http://localhost",
            new GrpcChannelOptions { HttpHandler = UnixConnection.Handler(socket) }
        );

    public void Dispose()
    {
        if (_process is null)
            return;
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        _process = null;
    }
}
