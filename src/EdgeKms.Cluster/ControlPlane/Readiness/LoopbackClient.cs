using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EdgeKms.Cluster.ControlPlane.Certificates;

namespace EdgeKms.Cluster.ControlPlane.Readiness;

/// <summary>
/// One GET over TLS, with a client certificate of <c>pki/</c> and no trust but in its authority. A new connection each
/// time: it shows what a new client would see, renewed certificates included.
/// </summary>
internal sealed class LoopbackClient(LocalState state, string authority, CertificateKind client)
{
    private const int MaxBytes = 262_144;
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(5);

    /// <returns>Status code and text; a code of 0 with the reason where there was no answer.</returns>
    internal async Task<(int Code, string Text)> GetAsync(string url, CancellationToken stop)
    {
        try
        {
            using var ca = X509CertificateLoader.LoadCertificateFromFile(state.At("pki", authority + ".crt"));
            using var own = KeyMaterial.Client(state, client);
            using var handler = new SocketsHttpHandler
            {
                UseProxy = false,
                AllowAutoRedirect = false,
                UseCookies = false,
                SslOptions = new SslClientAuthenticationOptions
                {
                    CertificateChainPolicy = CertificateFile.Trusting(ca),
                    ClientCertificates = [own],
                },
            };
            using var http = new HttpClient(handler) { Timeout = s_limit, MaxResponseContentBufferSize = MaxBytes };
            using var answer = await http.GetAsync(new Uri(url), stop);
            return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(stop));
        }
        catch (TaskCanceledException) when (!stop.IsCancellationRequested)
        {
            return (0, $"no answer within {s_limit.TotalSeconds:0} s");
        }
        catch (HttpRequestException e) when (e.InnerException is AuthenticationException)
        {
            return (0, "TLS failed: " + (e.InnerException.InnerException ?? e.InnerException).Message);
        }
        catch (HttpRequestException)
        {
            return (0, "nothing answers");
        }
        catch (CryptographicException e)
        {
            return (0, e.Message);
        }
    }
}
