using System.Text;
using EdgeKms.Cluster.ApiServer;
using EdgeKms.Contract.Failures;

namespace EdgeKms.Cluster.Tests.ApiServer;

public class KubeConfigTests
{
    private const string Secret = "canary-5ad1f0";

    private static KubeConfig Parse(string text, string path = "/dir/config") =>
        KubeConfig.Parse(Encoding.UTF8.GetBytes(text), path);

    private static string File(
        string cluster = "server: https://127.0.0.1:6443",
        string user = "token: " + Secret,
        string head = "current-context: b"
    ) =>
        $$"""
            apiVersion: v1
            kind: Config
            {{head}}
            clusters:
            - name: other
              cluster: { server: "https://other:1" }
            - name: c
              cluster: { {{cluster}} }
            contexts:
            - { name: a, context: { cluster: other, user: u } }
            - { name: b, context: { cluster: c, user: u } }
            users:
            - name: u
              user: { {{user}} }
            """;

    [Fact]
    public void Parse_CurrentContext_IsTheOneThatIsUsed()
    {
        var config = Parse(File("server: https://h:6443/base/, tls-server-name: k8s, proxy-url: http://p:3128"));
        Assert.Equal("https://h:6443/base/", config.Server.AbsoluteUri);
        Assert.Equal("k8s", config.ServerName);
        Assert.Equal("http://p:3128/", config.Proxy!.AbsoluteUri);
        Assert.Equal(Secret, config.BearerToken());
        Assert.Equal("/dir/config", config.Path);
    }

    [Fact]
    public void Parse_Json_IsReadAsWell()
    {
        const string Json = """
            {"apiVersion":"v1","current-context":"x","contexts":[{"name":"x","context":{"cluster":"c","user":"u"}}],
             "clusters":[{"name":"c","cluster":{"server":"http://localhost:8001"}}],"users":[{"name":"u","user":{}}]}
            """;
        Assert.Equal("http://localhost:8001/", Parse(Json).Server.AbsoluteUri);
        Assert.Null(Parse(Json).BearerToken());
    }

    [Fact]
    public void Certificates_InTheFileAndBesideIt_AreTheSame()
    {
        using var directory = new TemporaryDirectory();
        using var authority = new TestAuthority();
        var (certificate, key) = authority.Client("admin");
        directory.Write("pki/ca.crt", authority.Pem);
        directory.Write("pki/admin.crt", certificate);
        directory.Write("pki/admin.key", key);
        static string Data(string pem) => Convert.ToBase64String(Encoding.ASCII.GetBytes(pem));
        var inside = Parse(
            File(
                $"server: https://h, certificate-authority-data: {Data(authority.Pem)}",
                $"client-certificate-data: {Data(certificate)}, client-key-data: {Data(key)}"
            )
        )
            .Tls.Options();
        var beside = Parse(
            File(
                "server: https://h, certificate-authority: pki/ca.crt",
                "client-certificate: pki/admin.crt, client-key: pki/admin.key"
            ),
            directory["config"]
        )
            .Tls.Options();

        Assert.Equal("CN=admin", inside.ClientCertificateContext!.TargetCertificate.Subject);
        Assert.True(inside.ClientCertificateContext.TargetCertificate.HasPrivateKey);
        Assert.Equal(
            inside.ClientCertificateContext.TargetCertificate,
            beside.ClientCertificateContext!.TargetCertificate
        );
        Assert.Equal(inside.CertificateChainPolicy!.CustomTrustStore, beside.CertificateChainPolicy!.CustomTrustStore);
        Assert.Null(inside.RemoteCertificateValidationCallback);
    }

    [Fact]
    public void TokenFile_Replaced_IsReadAgain()
    {
        using var directory = new TemporaryDirectory();
        directory.Write("token", "first\n");
        var config = Parse(File(user: "tokenFile: token"), directory["config"]);
        Assert.Equal("first", config.BearerToken());
        directory.Write("token", "second");
        Assert.Equal("second", config.BearerToken());
        directory.Write("token", Secret + "\nmore");
        Assert.DoesNotContain(Secret, Assert.Throws<CommandException>(config.BearerToken).ToString());
    }

    [Theory]
    [InlineData("exec", "server: https://h", "exec: { command: aws }")]
    [InlineData("auth-provider", "server: https://h", "auth-provider: { name: gcp }")]
    [InlineData("username", "server: https://h", "username: admin, password: " + Secret)]
    [InlineData("as is not supported", "server: https://h", "as: somebody, token: " + Secret)]
    [InlineData(
        "exclude each other",
        "server: https://h, insecure-skip-tls-verify: true, certificate-authority-data: YQ==",
        "token: x"
    )]
    [InlineData("true or false", "server: https://h, insecure-skip-tls-verify: perhaps", "token: x")]
    [InlineData("belong together", "server: https://h", "client-certificate-data: YQ==")]
    [InlineData(
        "client-key-data is not base64",
        "server: https://h",
        "client-certificate-data: YQ==, client-key-data: '" + Secret + "!'"
    )]
    [InlineData("token must be text", "server: https://h", "token: [" + Secret + "]")]
    [InlineData("the token is empty", "server: https://h", "token: \"" + Secret + "\\r\\nHost: x\"")]
    [InlineData("server is missing", "tls-server-name: h", "token: x")]
    [InlineData("server must be", "server: ftp://h", "token: x")]
    [InlineData("server must be", "server: 127.0.0.1:6443", "token: x")]
    [InlineData("server must be", "server: 'https://user:" + Secret + "@h'", "token: x")]
    public void Parse_WhatWouldNotBeKubectlsRequest_IsRefusedWithoutASecret(string reason, string cluster, string user)
    {
        var e = Assert.Throws<CommandException>(() => Parse(File(cluster, user)));
        Assert.Equal(ExitCode.Usage, e.ExitCode);
        Assert.Contains(reason, e.Message);
        Assert.DoesNotContain(Secret, e.ToString());
    }

    [Theory]
    [InlineData("current-context is missing", "x: y")]
    [InlineData("contexts has no entry", "current-context: " + Secret)]
    [InlineData("no valid YAML", "current-context: [" + Secret)]
    [InlineData("no valid YAML", "current-context: b\ncurrent-context: " + Secret)]
    [InlineData("no valid YAML", "current-context: *" + Secret)]
    [InlineData("current-context must be text", "current-context: {" + Secret + ": 1}")]
    public void Parse_BadHead_IsRefusedWithoutASecret(string reason, string head)
    {
        var e = Assert.Throws<CommandException>(() => Parse(File(head: head)));
        Assert.Contains(reason, e.Message);
        Assert.DoesNotContain(Secret, e.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("just text")]
    [InlineData("- a list")]
    [InlineData("a: 1\n---\nb: 2")]
    public void Parse_AnotherDocument_IsRefused(string text) =>
        Assert.Contains("is not one YAML object", Assert.Throws<CommandException>(() => Parse(text)).Message);

    [Fact]
    public void Parse_EndlessNesting_IsRefusedAndNoCrash() =>
        Assert.Contains(
            "deeper than",
            Assert.Throws<CommandException>(() => Parse("a: " + new string('[', 200_000))).Message
        );

    [Fact]
    public void Parse_NoUtf8_IsRefused() =>
        Assert.Contains(
            "UTF-8",
            Assert.Throws<CommandException>(() => KubeConfig.Parse([0x61, 0x3a, 0xff, 0xfe], "/x")).Message
        );

    [Fact]
    public void Parse_EveryPrefixOfAFile_IsReadOrRefused()
    {
        var text = File("server: https://h, certificate-authority-data: ''", "token: \"" + Secret + "\"");
        for (var length = 0; length < text.Length; length++)
        {
            try
            {
                Parse(text[..length]);
            }
            catch (CommandException e)
            {
                Assert.DoesNotContain(Secret, e.ToString());
            }
        }
    }

    [Fact]
    public void Read_FileOverTheLimit_IsRefused()
    {
        using var directory = new TemporaryDirectory();
        var large = directory.Write("config", new string(' ', 1_048_577));
        Assert.Contains("larger than 1 MiB", Assert.Throws<CommandException>(() => KubeConfig.Read(large)).Message);
    }

    [Fact]
    public void Read_NoFile_IsAUsageError() =>
        Assert.Equal(
            ExitCode.Usage,
            Assert.Throws<CommandException>(() => KubeConfig.Read("/nowhere/config")).ExitCode
        );

    [Fact]
    public void Tls_KeyOfAnotherCertificate_IsRefusedWithoutIt()
    {
        using var authority = new TestAuthority();
        var other = authority.Client("b").Key;
        var tls = new ClientTls(null, Bytes(authority.Client("a").Certificate), Bytes(other), false, "/x");
        var e = Assert.Throws<CommandException>(tls.Options);
        Assert.Contains("not the key of", e.Message);
        Assert.DoesNotContain(other[60..90], e.ToString());
    }

    [Fact]
    public void Tls_AuthorityWithoutACertificate_IsRefused()
    {
        var tls = new ClientTls(Bytes("nothing"), null, null, false, "/x");
        Assert.Contains("no certificate in PEM form", Assert.Throws<CommandException>(tls.Options).Message);
    }

    private static byte[] Bytes(string text) => Encoding.ASCII.GetBytes(text);
}
