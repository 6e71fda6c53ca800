using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using EdgeKms.EndToEnd.Tests.Processes;

namespace EdgeKms.EndToEnd.Tests.Cluster;

/// <summary>The real API server on loopback, with the operations that the tests need.</summary>
internal sealed class ApiServer : IAsyncDisposable
{
    private readonly string _directory;
    private readonly string _etcd;
    private readonly string _encryption;
    private readonly ApiProgram _program;
    private readonly int _port = FreePort.Take();
    private readonly string _token = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24));
    private readonly HttpClient _http;
    private RunningProcess? _process;

    [SuppressMessage(
        "Security",
        "MA0039",
        Justification = "compares with the certificate in the API server's own directory"
    )]
    internal ApiServer(string directory, string etcd, string encryption, ApiProgram? program = null)
    {
        (_directory, _etcd, _encryption) = (directory, etcd, encryption);
        _program = program ?? ApiProgram.Lite;
        File.WriteAllText(TokenFile, $"{_token},admin,admin,\"system:masters\"\n");
        _http = new HttpClient(
            new HttpClientHandler
            {
                ServerCertificateCustomValidationCallback = (_, presented, _, _) => IsOwn(presented),
            }
        )
        {
            BaseAddress = new Uri($"https://127.0.0.1:{_port}"),
            Timeout = TimeSpan.FromMinutes(2), // twice what the API server gives a request
        };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", _token);
    }

    internal int Pid => _process!.Pid;

    internal Uri Address => _http.BaseAddress!;

    /// <summary>Writes a kubeconfig of an administrator, as run-k8s.sh does.</summary>
    internal void WriteKubeConfig(string path) =>
        File.WriteAllText(
            path,
            $$$"""
            apiVersion: v1
            kind: Config
            clusters: [{name: t, cluster: {server: "{{{_http.BaseAddress}}}", certificate-authority: "{{{Certificates}}}/apiserver.crt"}}]
            users: [{name: t, user: {token: "{{{_token}}}"}}]
            contexts: [{name: t, context: {cluster: t, user: t}}]
            current-context: t
            """
        );

    private string TokenFile => Path.Combine(_directory, "tokens.csv");

    private string Certificates => Path.Combine(_directory, "certs");

    /// <summary>Starts it; doesn't wait.</summary>
    internal void Start()
    {
        string[] command = [.. _program.Wrapper, Testbed.Program(_program.Name)];
        _process = RunningProcess.Start(
            command[0],
            [
                .. command[1..],
                $"--etcd-servers={_etcd}",
                "--etcd-prefix=/registry",
                "--bind-address=127.0.0.1",
                $"--secure-port={_port}",
                $"--cert-dir={Certificates}",
                $"--token-auth-file={TokenFile}",
                "--authorization-mode=AlwaysAllow",
                $"--encryption-provider-config={_encryption}",
                .. _program.Flags,
            ]
        );
    }

    internal async Task Ready()
    {
        try
        {
            await Eventually.Holds("/readyz", async () => await Try("/readyz") == HttpStatusCode.OK);
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"{e.Message}\n{_process!.Error}", e);
        }
    }

    /// <summary>A kubeconfig for it, which trusts the certificate that it made for itself.</summary>
    internal string KubeConfig(string name, string? token = null)
    {
        var path = Path.Combine(_directory, name);
        File.WriteAllText(
            path,
            $$"""
            apiVersion: v1
            kind: Config
            current-context: t
            clusters: [{ name: t, cluster: { server: "https://127.0.0.1:{{_port}}", certificate-authority: {{Certificates}}/apiserver.crt } }]
            users: [{ name: t, user: { token: {{token ?? _token}} } }]
            contexts: [{ name: t, context: { cluster: t, user: t } }]
            """
        );
        return path;
    }

    internal async Task Stop()
    {
        _process!.Send(Signal.Terminate);
        await _process.Ended();
        await _process.DisposeAsync();
    }

    /// <summary>SIGKILL, then a start.</summary>
    internal async Task KillAndStart()
    {
        _process!.Send(Signal.Kill);
        await _process.Ended();
        await _process.DisposeAsync();
        Start();
    }

    internal async Task Restart()
    {
        await Stop();
        Start();
        await Ready();
    }

    /// <summary>The status code of a path; null when nobody answers.</summary>
    internal async Task<HttpStatusCode?> Try(string path)
    {
        try
        {
            using var answer = await _http.GetAsync(new Uri(path, UriKind.Relative));
            return answer.StatusCode;
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    internal async Task<string> Text(string path)
    {
        using var answer = await _http.GetAsync(new Uri(path, UriKind.Relative));
        return await answer.Content.ReadAsStringAsync();
    }

    internal Task<string> ReadyChecks() => Text("/readyz?verbose=1");

    internal Task Create(string name, string value) =>
        Send(HttpMethod.Post, "/api/v1/namespaces/default/secrets", Manifest("Secret", name, value, encode: true));

    internal Task CreateConfigMap(string name, string value) =>
        Send(
            HttpMethod.Post,
            "/api/v1/namespaces/default/configmaps",
            Manifest("ConfigMap", name, value, encode: false)
        );

    internal Task Update(string name, string value) =>
        Send(
            HttpMethod.Put,
            $"/api/v1/namespaces/default/secrets/{name}",
            Manifest("Secret", name, value, encode: true)
        );

    internal async Task<string> Read(string name)
    {
        var secret = JsonNode.Parse(await Send(HttpMethod.Get, $"/api/v1/namespaces/default/secrets/{name}", null))!;
        return Encoding.UTF8.GetString(Convert.FromBase64String((string)secret["data"]!["value"]!));
    }

    /// <summary>Sends what a proxy got; status code, content type and bytes of the answer.</summary>
    internal async Task<(int Status, string? ContentType, byte[] Body)> Forward(
        string method,
        string path,
        string? accept,
        string? contentType,
        byte[] body
    )
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (accept is not null)
            request.Headers.TryAddWithoutValidation("Accept", accept);
        if (contentType is not null)
        {
            request.Content = new ByteArrayContent(body);
            request.Content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        }
        using var answer = await _http.SendAsync(request);
        var type = answer.Content.Headers.ContentType?.ToString();
        return ((int)answer.StatusCode, type, await answer.Content.ReadAsByteArrayAsync());
    }

    /// <summary>Sum of a counter's samples whose labels contain each of the texts.</summary>
    internal async Task<int> Metric(string name, params string[] labels)
    {
        var sum = 0.0;
        foreach (var line in (await Text("/metrics")).Split('\n'))
        {
            if (
                line.StartsWith(name + "{", StringComparison.Ordinal)
                && labels.All(l => line.Contains(l, StringComparison.Ordinal))
            )
                sum += double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture);
        }
        return (int)sum;
    }

    internal Task<int> Decrypts() =>
        Metric(
            "apiserver_envelope_encryption_kms_operations_latency_seconds_count",
            "method_name=\"/v2.KeyManagementService/Decrypt\""
        );

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        if (_process is not null)
            await _process.DisposeAsync();
    }

    internal async Task<string> Send(HttpMethod method, string path, JsonObject? body)
    {
        using var request = new HttpRequestMessage(method, path)
        {
            Content = body is null ? null : JsonContent.Create(body),
        };
        using var answer = await _http.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        return answer.IsSuccessStatusCode
            ? text
            : throw new HttpRequestException($"{method} {path}: {text}", null, answer.StatusCode);
    }

    internal static JsonObject Manifest(string kind, string name, string value, bool encode) =>
        new()
        {
            ["apiVersion"] = "v1",
            ["kind"] = kind,
            ["metadata"] = new JsonObject { ["name"] = name },
            ["data"] = new JsonObject
            {
                ["value"] = encode ? Convert.ToBase64String(Encoding.UTF8.GetBytes(value)) : value,
            },
        };

    /// <summary>The certificate that the API server made for itself at its first start.</summary>
    private bool IsOwn(X509Certificate2? presented)
    {
        var file = Path.Combine(Certificates, "apiserver.crt");
        if (presented is null || !File.Exists(file))
            return false;
        using var own = X509CertificateLoader.LoadCertificateFromFile(file);
        return own.RawDataMemory.Span.SequenceEqual(presented.RawDataMemory.Span);
    }
}
