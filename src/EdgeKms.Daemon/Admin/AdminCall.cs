using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using EdgeKms.Contract.AdminApi;

namespace EdgeKms.Daemon.Admin;

/// <summary>
/// Asks the serving daemon for something. One request by hand over the admin socket: this program holds keys, so it has
/// no HTTP client.
/// </summary>
internal static class AdminCall
{
    private const int MaxAnswer = 65_536;

    /// <summary>The daemon looks for a new generation. Its answer; null when none runs or it doesn't answer within 10 seconds.</summary>
    internal static ReloadReport? Reload(string socketPath) => Post(socketPath, "/v1/reload");

    /// <summary>The daemon writes the ring that it holds in memory as a new generation; answer as above.</summary>
    internal static ReloadReport? Persist(string socketPath) => Post(socketPath, "/v1/persist");

    private static ReloadReport? Post(string socketPath, string path)
    {
        try
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            socket.ReceiveTimeout = socket.SendTimeout = 10_000;
            socket.Connect(new UnixDomainSocketEndPoint(socketPath));
            socket.Send(
                Encoding.ASCII.GetBytes(
                    $"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                )
            );
            var answer = new byte[MaxAnswer];
            var length = 0;
            while (length < answer.Length && socket.Receive(answer.AsSpan(length)) is var count and > 0)
                length += count;
            var text = answer.AsSpan(0, length);
            var body = text.IndexOf("\r\n\r\n"u8);
            return
                body > 0 && Encoding.ASCII.GetString(text[..body]).StartsWith("HTTP/1.1 200 ", StringComparison.Ordinal)
                ? JsonSerializer.Deserialize(text[(body + 4)..], AdminJson.Default.ReloadReport)
                : null;
        }
        catch (Exception e) when (e is SocketException or JsonException)
        {
            return null;
        }
    }
}
