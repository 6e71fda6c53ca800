using System.Text.Json.Nodes;

namespace EdgeKms.EndToEnd.Tests.OldClients;

/// <summary>What tests/testbed/k8s-src/kms-client says of a run.</summary>
/// <param name="Authorities">Each <c>:authority</c> that went out, read from the bytes of the connection.</param>
/// <param name="Timeouts">Different values of <c>grpc-timeout</c>.</param>
/// <param name="Metadata">Different names of extra metadata.</param>
/// <param name="Connections">Connections that were made.</param>
/// <param name="Calls">Remote calls: three in a round.</param>
/// <param name="Failures">Rounds that failed.</param>
/// <param name="Text">All of it.</param>
internal sealed record GoClientResult(
    IReadOnlyList<string> Authorities,
    int Timeouts,
    int Metadata,
    int Connections,
    int Calls,
    int Failures,
    string Text
)
{
    internal static GoClientResult Parse(string text)
    {
        var json = JsonNode.Parse(text)!;
        return new GoClientResult(
            [.. json["authorities"]!.AsArray().Select(a => (string)a!)],
            (int)json["timeouts"]!,
            (int)json["metadata"]!,
            (int)json["connections"]!,
            (int)json["calls"]!,
            (int)json["failures"]!,
            text
        );
    }
}
