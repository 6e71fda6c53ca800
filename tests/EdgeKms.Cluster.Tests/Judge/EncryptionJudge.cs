using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using EdgeKms.EndToEnd.Tests.Cluster;

namespace EdgeKms.Cluster.Tests.Judge;

/// <summary>
/// What kube-apiserver does with a text of its encryption configuration, said by its own code: the test bed's <c>encryption-judge</c>
/// (tests/testbed/README.md, "The judge"). One process, one request at a time; any thread may ask.
/// </summary>
internal sealed class EncryptionJudge : IDisposable
{
    private const string Program = "encryption-judge";

    private readonly Process _process;
    private readonly Lock _lock = new();

    private EncryptionJudge(Process process) => _process = process;

    /// <summary>Starts a judge; skips the test where the test bed hasn't got it.</summary>
    internal static EncryptionJudge Start()
    {
        Testbed.Require(Program);
        var start = new ProcessStartInfo(Testbed.Program(Program))
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            StandardInputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
            StandardOutputEncoding = Encoding.UTF8,
        };
        return new EncryptionJudge(Process.Start(start)!);
    }

    /// <summary>Would kube-apiserver start with this text? No plugin is asked.</summary>
    internal CheckedText Check(ReadOnlySpan<byte> text, bool reload = true, bool kmsV1 = false)
    {
        var answer = Ask(
            new JsonObject
            {
                ["op"] = "check",
                ["text"] = Convert.ToBase64String(text),
                ["reload"] = reload,
                ["kmsv1"] = kmsV1,
            }
        );
        var model = answer.TryGetProperty("model", out var m) ? JudgedModel.Of(m) : null;
        return new CheckedText(Error(answer), model);
    }

    internal CheckedText Check(string text, bool reload = true, bool kmsV1 = false) =>
        Check(Encoding.UTF8.GetBytes(text), reload, kmsV1);

    /// <summary>
    /// The server starts with the text where it doesn't run yet, else it reloads it hot: what it refuses changes nothing.
    /// </summary>
    internal LoadedServer Load(string server, ReadOnlySpan<byte> text, bool reload = true, bool kmsV1 = false) =>
        Load(server, Convert.ToBase64String(text), reload, fresh: false, kmsV1);

    /// <summary>As <see cref="Load(string, ReadOnlySpan{byte}, bool, bool)"/>, of a text in UTF-8.</summary>
    internal LoadedServer Load(string server, string text, bool reload = true, bool kmsV1 = false) =>
        Load(server, Encoding.UTF8.GetBytes(text), reload, kmsV1);

    /// <summary>The server ends, if it runs, and starts with the text. Where it refuses, no server runs.</summary>
    internal LoadedServer Restart(string server, ReadOnlySpan<byte> text, bool reload = true, bool kmsV1 = false) =>
        Load(server, Convert.ToBase64String(text), reload, fresh: true, kmsV1);

    /// <summary>As <see cref="Restart(string, ReadOnlySpan{byte}, bool, bool)"/>, of a text in UTF-8.</summary>
    internal LoadedServer Restart(string server, string text, bool reload = true, bool kmsV1 = false) =>
        Restart(server, Encoding.UTF8.GetBytes(text), reload, kmsV1);

    /// <summary>The server ends, if it runs, and starts without --encryption-provider-config.</summary>
    internal void RestartWithoutFlag(string server) =>
        Must(
            new JsonObject
            {
                ["op"] = "load",
                ["server"] = server,
                ["fresh"] = true,
            }
        );

    /// <summary>The server ends, if it runs.</summary>
    internal void Drop(string server) => Must(new JsonObject { ["op"] = "drop", ["server"] = server });

    /// <summary>What the server stores for a value.</summary>
    /// <param name="server">A server that runs.</param>
    /// <param name="resource"><c>secrets</c>, <c>things.example.com</c>.</param>
    /// <param name="key">The object's key in the datastore, prefix included; providers authenticate it.</param>
    /// <param name="value">The object as the server serialises it; any bytes.</param>
    internal WrittenObject Write(string server, string resource, string key, ReadOnlySpan<byte> value)
    {
        var answer = Ask(
            new JsonObject
            {
                ["op"] = "write",
                ["server"] = server,
                ["resource"] = resource,
                ["key"] = key,
                ["value"] = Convert.ToBase64String(value),
            }
        );
        return new WrittenObject(Error(answer), Bytes(answer, "stored"));
    }

    /// <summary>What the server reads of an object.</summary>
    internal ReadObject Read(string server, StoredObject stored) => ReadObject(Ask(Request(server, stored)));

    /// <summary>The same for many objects with one exchange, in their order.</summary>
    internal IReadOnlyList<ReadObject> Read(string server, IEnumerable<StoredObject> stored)
    {
        var items = new JsonArray([.. stored.Select(s => Request(server, s))]);
        var answer = Must(new JsonObject { ["op"] = "batch", ["items"] = items });
        return [.. answer.GetProperty("items").EnumerateArray().Select(ReadObject)];
    }

    /// <summary>A KMS plugin listens at the socket, v2 and v1; those with the same KEK's name read each other's.</summary>
    internal void Plugin(string socket, string kek = "shared") =>
        Must(
            new JsonObject
            {
                ["op"] = "plugin",
                ["socket"] = socket,
                ["kek"] = kek,
            }
        );

    internal void Unplug(string socket) => Must(new JsonObject { ["op"] = "unplug", ["socket"] = socket });

    /// <summary>How much of the judge's machine is in use.</summary>
    internal (int Goroutines, int Files, int Servers) Stats()
    {
        var answer = Must(new JsonObject { ["op"] = "stats" });
        int Of(string name) => answer.GetProperty(name).GetInt32();
        return (Of("goroutines"), Of("files"), Of("servers"));
    }

    private LoadedServer Load(string server, string text, bool reload, bool fresh, bool kmsV1)
    {
        var answer = Ask(
            new JsonObject
            {
                ["op"] = "load",
                ["server"] = server,
                ["text"] = text,
                ["reload"] = reload,
                ["fresh"] = fresh,
                ["kmsv1"] = kmsV1,
            }
        );
        return new LoadedServer(
            Error(answer),
            answer.TryGetProperty("health", out var health) ? health.GetString()! : "",
            answer.TryGetProperty("unchanged", out _)
        );
    }

    private static JsonObject Request(string server, StoredObject stored) =>
        new()
        {
            ["op"] = "read",
            ["server"] = server,
            ["resource"] = stored.Resource,
            ["key"] = stored.Key,
            ["stored"] = Convert.ToBase64String(stored.Stored.Span),
        };

    private static ReadObject ReadObject(JsonElement answer) =>
        new(Error(answer), Bytes(answer, "value"), answer.TryGetProperty("stale", out var stale) && stale.GetBoolean());

    private JsonElement Must(JsonObject request)
    {
        var answer = Ask(request);
        return Error(answer) is not { } error ? answer : throw new InvalidOperationException($"{Program}: {error}");
    }

    private JsonElement Ask(JsonObject request)
    {
        lock (_lock)
        {
            _process.StandardInput.Write(request.ToJsonString() + '\n');
            _process.StandardInput.Flush();
            var answer = _process.StandardOutput.ReadLine() ?? throw new InvalidOperationException($"{Program} ended");
            return JsonElement.Parse(answer);
        }
    }

    private static string? Error(JsonElement answer) =>
        answer.GetProperty("ok").GetBoolean() ? null : answer.GetProperty("error").GetString();

    private static byte[] Bytes(JsonElement answer, string name) =>
        answer.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetBytesFromBase64()
            : [];

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }
}
