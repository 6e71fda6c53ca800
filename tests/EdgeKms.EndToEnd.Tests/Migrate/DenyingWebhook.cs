using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using EdgeKms.EndToEnd.Tests.Cluster;

namespace EdgeKms.EndToEnd.Tests.Migrate;

/// <summary>An admission webhook on loopback that says no to everything that it is asked.</summary>
internal sealed class DenyingWebhook : IAsyncDisposable
{
    internal const string Name = "no.example.com";
    internal const string Message = "the vault is closed today";

    private readonly CancellationTokenSource _end = new();
    private readonly int _port = FreePort.Take();
    private readonly X509Certificate2 _certificate = Certificate();
    private readonly TcpListener _listener;
    private readonly Task _serving;

    internal DenyingWebhook()
    {
        _listener = new TcpListener(IPAddress.Loopback, _port);
        _listener.Start();
        _serving = Serve();
    }

    /// <summary>A ValidatingWebhookConfiguration that asks it about updates of Secrets with a label.</summary>
    internal JsonObject Configuration(string label) =>
        JsonNode
            .Parse(
                $$"""
                {
                  "apiVersion": "admissionregistration.k8s.io/v1",
                  "kind": "ValidatingWebhookConfiguration",
                  "metadata": { "name": "no" },
                  "webhooks": [{
                    "name": "{{Name}}",
                    "admissionReviewVersions": ["v1"],
                    "sideEffects": "None",
                    "failurePolicy": "Fail",
                    "matchPolicy": "Equivalent",
                    "timeoutSeconds": 10,
                    "namespaceSelector": {},
                    "objectSelector": { "matchLabels": { "by": "{{label}}" } },
                    "rules": [{ "apiGroups": [""], "apiVersions": ["v1"], "operations": ["UPDATE"], "resources": ["secrets"], "scope": "*" }],
                    "clientConfig": {
                      "url": "https://127.0.0.1:{{_port}}/check",
                      "caBundle": "{{Convert.ToBase64String(
                    Encoding.ASCII.GetBytes(_certificate.ExportCertificatePem())
                )}}"
                    }
                  }]
                }
                """
            )!
            .AsObject();

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Stop();
        await _serving;
        _listener.Dispose();
        _certificate.Dispose();
        _end.Dispose();
    }

    private static X509Certificate2 Certificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=webhook", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var made = request.CreateSelfSigned(
            new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero),
            new DateTimeOffset(2120, 1, 1, 0, 0, 0, TimeSpan.Zero)
        );
        // With a key that TLS can use.
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
    }

    private async Task Serve()
    {
        var running = new List<Task>();
        while (!_end.IsCancellationRequested)
        {
            try
            {
                running.Add(Answer(await _listener.AcceptTcpClientAsync(_end.Token)));
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                break;
            }
        }
        await Task.WhenAll(running);
    }

    /// <summary>HTTP/1.1, one request after the other.</summary>
    private async Task Answer(TcpClient client)
    {
        using (client)
        {
            try
            {
                await using var tls = new SslStream(client.GetStream());
                await tls.AuthenticateAsServerAsync(
                    new SslServerAuthenticationOptions { ServerCertificate = _certificate },
                    _end.Token
                );
                while (await Body(tls) is { } body)
                {
                    var uid = (string)JsonNode.Parse(body)!["request"]!["uid"]!;
                    var answer = $$$$"""
                        {"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","response":{"uid":"{{{{uid}}}}","allowed":false,"status":{"message":"{{{{Message}}}}"}}}
                        """;
                    await tls.WriteAsync(
                        Encoding.ASCII.GetBytes(
                            $"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {answer.Length}\r\n\r\n{answer}"
                        ),
                        _end.Token
                    );
                }
            }
            catch (Exception e) when (e is IOException or OperationCanceledException)
            {
                // The API server closed it.
            }
        }
    }

    /// <summary>Null at the end of the connection.</summary>
    private async Task<string?> Body(SslStream tls)
    {
        var head = new StringBuilder();
        var one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            if (await tls.ReadAsync(one, _end.Token) == 0)
                return null;
            head.Append((char)one[0]);
        }
        var length = head.ToString()
            .Split("\r\n")
            .First(l => l.StartsWith("content-length:", StringComparison.OrdinalIgnoreCase));
        var body = new byte[int.Parse(length.Split(':')[1].Trim(), CultureInfo.InvariantCulture)];
        await tls.ReadExactlyAsync(body, _end.Token);
        return Encoding.UTF8.GetString(body);
    }
}
