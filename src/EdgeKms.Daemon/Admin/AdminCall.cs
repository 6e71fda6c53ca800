using System.Buffers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using EdgeKms.Contract.AdminApi;

namespace EdgeKms.Daemon.Admin;

/// <summary>
/// Asks the serving daemon for something. One request by hand over the admin socket: this program holds keys, so it has
/// no HTTP client.
/// </summary>
internal static class AdminCall
{
    /// <summary>4 MiB: a status with 4,352 keys has about 1.6 MB.</summary>
    private const int MaxAnswer = 4 * 1_048_576;

    /// <summary>What the daemon says of itself; null when none runs or it doesn't answer within 3 seconds.</summary>
    internal static StatusReport? Status(string socketPath) =>
        Ask(socketPath, "GET /v1/status", 3_000, AdminJson.Default.StatusReport);

    /// <summary>The daemon looks for a new generation. Its answer; null when none runs or it doesn't answer within 10 seconds.</summary>
    internal static ReloadReport? Reload(string socketPath) => Post(socketPath, "/v1/reload");

    /// <summary>The daemon writes the ring that it holds in memory as a new generation; answer as above.</summary>
    internal static ReloadReport? Persist(string socketPath) => Post(socketPath, "/v1/persist");

    /// <summary>The daemon takes over what is on disk, whatever it serves: an administrator's credential brought it there.</summary>
    internal static ReloadReport? Adopt(string socketPath) => Post(socketPath, "/v1/adopt");

    private static ReloadReport? Post(string socketPath, string path) =>
        Ask(socketPath, $"POST {path}", 10_000, AdminJson.Default.ReloadReport);

    private static T? Ask<T>(string socketPath, string request, int milliseconds, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            socket.ReceiveTimeout = socket.SendTimeout = milliseconds;
            socket.Connect(new UnixDomainSocketEndPoint(socketPath));
            socket.Send(
                Encoding.ASCII.GetBytes(
                    $"{request} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                )
            );
            var answer = new ArrayBufferWriter<byte>();
            while (answer.WrittenCount < MaxAnswer && socket.Receive(answer.GetSpan(65_536)) is var count and > 0)
                answer.Advance(count);
            var text = answer.WrittenSpan;
            var body = text.IndexOf("\r\n\r\n"u8);
            return body > 0 && text.StartsWith("HTTP/1.1 200 "u8)
                ? JsonSerializer.Deserialize(text[(body + 4)..], type)
                : null;
        }
        catch (Exception e) when (e is SocketException or JsonException)
        {
            return null;
        }
    }
}
