using System.Globalization;
using EdgeKms.EndToEnd.Tests.Cluster;
using EdgeKms.EndToEnd.Tests.Processes;

namespace EdgeKms.EndToEnd.Tests.OldClients;

/// <summary>
/// grpc-go of today and of 2020 (1.33.3), which dial as kube-apiserver does before 1.32: their own <c>:authority</c> goes out.
/// </summary>
public sealed class GoClientTests(V1Provider provider) : IClassFixture<V1Provider>
{
    private const string Today = "kms-client";
    private const string Of2020 = "kms-client-bookworm";

    /// <summary>The client without <c>-authority</c>: what grpc-go makes of the socket's path.</summary>
    private const string Default = "default";

    private static readonly string[] s_authorities =
    [
        Default,
        "%2Frun%2Fedgekms%2Fkms.sock",
        "/run/edgekms/kms.sock",
        "@edgekms",
        "localhost",
        "",
    ];

    public static TheoryData<string, string, string> Clients =>
        [
            .. from program in new[] { Today, Of2020 }
            from api in new[] { "v2", "v1beta1" }
            from authority in s_authorities
            select (program, api, authority),
        ];

    [Theory]
    [MemberData(nameof(Clients))]
    public async Task Calls_WithEveryAuthority_AreAnswered(string program, string api, string authority)
    {
        const int Rounds = 200;
        var result = await Run(program, api, authority, Rounds, "-parallel", "4");

        Assert.Equal((0, 3 * Rounds, 1), (result.Failures, result.Calls, result.Connections));
        Assert.Equal([authority == Default ? DefaultOf(program) : authority], result.Authorities);
    }

    /// <summary>Each call adds its deadline and its metadata to the compression table of the connection, and drops older entries.</summary>
    [Theory]
    [InlineData(Today, "v2", Default)]
    [InlineData(Of2020, "v2", Default)]
    [InlineData(Of2020, "v2", "localhost")]
    [InlineData(Today, "v1beta1", Default)]
    [InlineData(Of2020, "v1beta1", Default)]
    public async Task Calls_SixteenAtOnceWithOtherHeadersEach_AreAnsweredOnOneConnection(
        string program,
        string api,
        string authority
    )
    {
        const int Rounds = 3000;
        string[] headers = ["-timeout", "90s", "-timeout-step", "1ms", "-metadata", "500"];
        var result = await Run(program, api, authority, Rounds, ["-parallel", "16", .. headers]);

        Assert.Equal((0, 3 * Rounds, 1), (result.Failures, result.Calls, result.Connections));
        Assert.Equal([authority == Default ? DefaultOf(program) : authority], result.Authorities);
        Assert.True(result.Timeouts > 1000, result.Text);
        Assert.Equal(500, result.Metadata);
    }

    private string DefaultOf(string program) =>
        program == Today ? Uri.EscapeDataString(provider.Home.KmsSocket) : provider.Home.KmsSocket;

    private async Task<GoClientResult> Run(
        string program,
        string api,
        string authority,
        int rounds,
        params string[] more
    )
    {
        Testbed.Require(program);
        string[] sent = authority == Default ? [] : ["-authority", authority];
        var result = await RunningProcess.Run(
            Testbed.Program(program),
            [
                "-socket",
                provider.Home.KmsSocket,
                "-api",
                api,
                "-calls",
                rounds.ToString(CultureInfo.InvariantCulture),
                .. sent,
                .. more,
            ]
        );
        Assert.True(result.Exit == 0, result.ToString());
        return GoClientResult.Parse(result.Output);
    }
}
