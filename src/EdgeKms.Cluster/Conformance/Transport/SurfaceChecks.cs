using Google.Protobuf;
using Grpc.Core;

namespace EdgeKms.Cluster.Conformance;

/// <summary>Which services and methods answer, and how others are refused.</summary>
internal static class SurfaceChecks
{
    public static IReadOnlyList<Check> All { get; } =
    [
        new(
            1,
            Level.Must,
            "a unary call works on the stream socket in plain-text HTTP/2, without credentials",
            "apiserver kmsv2/grpc_service.go NewGRPCService: insecure, DialUnix",
            PlainTextAsync
        ),
        new(
            2,
            Level.Must,
            "/v2.KeyManagementService/Status, Encrypt and Decrypt exist",
            "k8s.io/kms/apis/v2/api.proto",
            ServiceAsync
        ),
        new(
            3,
            Level.Must,
            "where v1beta1 is offered, its Version, Encrypt and Decrypt exist",
            "k8s.io/kms/apis/v1beta1/api.proto",
            OldServiceAsync
        ),
        new(
            4,
            Level.Must,
            "unknown methods and services give UNIMPLEMENTED and the connection survives",
            "gRPC core: status codes",
            UnknownMethodAsync
        ),
        new(
            15,
            Level.Must,
            "unknown protobuf fields in requests are ignored",
            "proto3: forward compatibility",
            UnknownFieldsAsync
        ),
    ];

    internal static string[] OldMethods { get; } = ["Version", "Encrypt", "Decrypt"];

    private static async Task<Verdict> PlainTextAsync(Trial trial)
    {
        await trial.Client.StatusAsync();
        return Verdict.Pass();
    }

    private static async Task<Verdict> ServiceAsync(Trial trial)
    {
        var absent = await AbsentAsync(trial.Client, KmsMethod.V2, ["Status", "Encrypt", "Decrypt"]);
        return absent.Count == 0 ? Verdict.Pass() : Verdict.Fail($"UNIMPLEMENTED: {string.Join(", ", absent)}");
    }

    private static async Task<Verdict> OldServiceAsync(Trial trial)
    {
        var absent = await AbsentAsync(trial.Client, KmsMethod.V1, OldMethods);
        return absent.Count switch
        {
            0 => Verdict.Pass(),
            3 => Verdict.Skip("the plugin does not offer v1beta1"),
            _ => Verdict.Fail($"UNIMPLEMENTED: {string.Join(", ", absent)}"),
        };
    }

    private static async Task<Verdict> UnknownMethodAsync(Trial trial)
    {
        foreach (
            var (service, method) in new[] { (KmsMethod.V2, "Rotate"), ("v2alpha1.KeyManagementService", "Status") }
        )
        {
            var code = await CodeAsync(trial.Client, service, method);
            if (code != StatusCode.Unimplemented)
            {
                return Verdict.Fail($"/{service}/{method} gave {code}");
            }
        }

        await trial.Client.StatusAsync();
        return trial.Client.Connections == 1
            ? Verdict.Pass()
            : Verdict.Fail("the connection was closed after the unknown method");
    }

    private static async Task<Verdict> UnknownFieldsAsync(Trial trial)
    {
        var sample = await trial.EncryptAsync();
        await trial.Client.RawAsync(KmsMethod.V2, "Status", WithUnknownFields([]));

        // EncryptRequest and DecryptRequest as they are, with two fields of a later version behind.
        var encrypt = new Kms.V2.EncryptRequest
        {
            Plaintext = ByteString.CopyFrom(sample.Plaintext),
            Uid = Sample.NewUid(),
        };
        await trial.Client.RawAsync(KmsMethod.V2, "Encrypt", WithUnknownFields(encrypt.ToByteArray()));
        var answer = await trial.Client.RawAsync(
            KmsMethod.V2,
            "Decrypt",
            WithUnknownFields(sample.Request().ToByteArray())
        );
        return sample.Matches(Kms.V2.DecryptResponse.Parser.ParseFrom(answer).Plaintext.Span)
            ? Verdict.Pass()
            : Verdict.Fail("Decrypt returned another plaintext");
    }

    /// <summary>The message with field 1000 (varint 7) and field 1001 (two bytes) behind it.</summary>
    private static byte[] WithUnknownFields(byte[] message) => [.. message, 0xc0, 0x3e, 7, 0xca, 0x3e, 2, 0xff, 0x00];

    internal static async Task<List<string>> AbsentAsync(PluginClient client, string service, string[] methods)
    {
        var absent = new List<string>();
        foreach (var method in methods)
        {
            if (await CodeAsync(client, service, method) == StatusCode.Unimplemented)
            {
                absent.Add($"/{service}/{method}");
            }
        }

        return absent;
    }

    /// <summary>What an empty request gives; any code but UNIMPLEMENTED says that the method exists.</summary>
    private static async Task<StatusCode> CodeAsync(PluginClient client, string service, string method)
    {
        try
        {
            await client.RawAsync(service, method, []);
            return StatusCode.OK;
        }
        catch (RpcException error)
        {
            // An unreachable plugin is no answer about its methods.
            return error.StatusCode is StatusCode.Unavailable or StatusCode.DeadlineExceeded
                ? throw new ConformanceException(
                    $"/{service}/{method}: {error.StatusCode}: {error.Status.Detail}",
                    error
                )
                : error.StatusCode;
        }
    }
}
