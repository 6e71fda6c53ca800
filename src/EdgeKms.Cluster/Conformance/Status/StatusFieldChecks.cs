using System.Text;
using Google.Protobuf;

namespace EdgeKms.Cluster.Conformance;

/// <summary>The three fields of StatusResponse.</summary>
internal static class StatusFieldChecks
{
    private const int KeyIdLimit = 1024;
    private const int KeyIdAdvised = 64;
    private const int KeyIdField = 3;

    public static IReadOnlyList<Check> All { get; } =
    [
        new(
            19,
            Level.Must,
            "version is \"v2\"",
            "api.proto; apiserver encryptionconfig/config.go isKMSv2ProviderHealthy...",
            VersionAsync
        ),
        new(
            21,
            Level.Must,
            "healthz is \"ok\", lower case, nothing else",
            "api.proto; apiserver encryptionconfig/config.go",
            HealthzAsync
        ),
        new(
            22,
            Level.Must,
            "key_id is 1 to 1024 bytes long, better at most 64",
            "apiserver kmsv2/envelope.go ValidateKeyID",
            KeyIdLengthAsync
        ),
        new(
            23,
            Level.Must,
            "key_id is valid UTF-8, better printable ASCII without spaces",
            "proto3: strings are UTF-8",
            KeyIdTextAsync
        ),
        new(
            30,
            Level.Should,
            "the text of an unhealthy Status says what to do and holds no secret",
            "api.proto: healthz is shown in /healthz/kms-providers and in logs",
            UnhealthyTextAsync
        ),
    ];

    private static async Task<Verdict> VersionAsync(Trial trial)
    {
        var version = (await trial.StatusAsync()).Version;
        return version switch
        {
            "v2" => Verdict.Pass(),
            "v2beta1" => Verdict.Warn("\"v2beta1\", which kube-apiserver tolerates"),
            _ => Verdict.Fail($"\"{version}\""),
        };
    }

    private static async Task<Verdict> HealthzAsync(Trial trial)
    {
        var healthz = (await trial.StatusAsync()).Healthz;
        return healthz == "ok" ? Verdict.Pass() : Verdict.Fail($"\"{healthz}\"");
    }

    private static async Task<Verdict> KeyIdLengthAsync(Trial trial) =>
        Encoding.UTF8.GetByteCount((await trial.StatusAsync()).KeyId) switch
        {
            0 => Verdict.Fail("empty"),
            > KeyIdLimit and var bytes => Verdict.Fail($"{bytes} bytes"),
            > KeyIdAdvised and var bytes => Verdict.Warn($"{bytes} bytes, stored again in each object"),
            var bytes => Verdict.Pass($"{bytes} bytes"),
        };

    private static async Task<Verdict> KeyIdTextAsync(Trial trial)
    {
        // The parser for StatusResponse would replace what isn't UTF-8, so the field is taken from the message's bytes.
        var raw = StringField(await trial.Client.RawAsync(KmsMethod.V2, "Status", []), KeyIdField);
        string text;
        try
        {
            text = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(raw);
        }
        catch (ArgumentException)
        {
            return Verdict.Fail($"not UTF-8: {Convert.ToHexStringLower(raw.AsSpan(0, Math.Min(raw.Length, 32)))}");
        }

        return text.All(c => c is > ' ' and < '\x7f')
            ? Verdict.Pass()
            : Verdict.Warn($"\"{text}\" is not printable ASCII without spaces");
    }

    private static async Task<Verdict> UnhealthyTextAsync(Trial trial)
    {
        string text;
        try
        {
            text = (await trial.StatusAsync()).Healthz;
        }
        catch (Grpc.Core.RpcException unhealthy)
        {
            text = unhealthy.Status.Detail;
        }

        if (text == "ok")
        {
            return Verdict.Skip("the plugin is healthy");
        }

        return (text.Split(' ').Length < 3, LeakScan.Find(text, null, [])) switch
        {
            (true, _) => Verdict.Fail($"\"{text}\" tells an operator nothing"),
            (_, { } leak) => Verdict.Fail($"the text holds {leak}"),
            _ => Verdict.Pass(),
        };
    }

    /// <summary>The last value of a length-delimited field, as protobuf wants; empty when it is absent.</summary>
    private static byte[] StringField(byte[] message, int field)
    {
        using var input = new CodedInputStream(message);
        byte[] value = [];
        for (var tag = input.ReadTag(); tag != 0; tag = input.ReadTag())
        {
            if (WireFormat.GetTagFieldNumber(tag) == field)
            {
                value = input.ReadBytes().ToByteArray();
            }
            else
            {
                input.SkipLastField();
            }
        }

        return value;
    }
}
