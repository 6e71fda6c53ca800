using System.Globalization;
using System.Net;
using System.Text;
using EdgeKms.Cluster.ApiServer;
using EdgeKms.Cluster.Reencrypt;
using EdgeKms.Contract.Failures;

namespace EdgeKms.Cluster.Tests.ApiServer;

public sealed class ApiStatusTests
{
    [Theory]
    // field.Error.ErrorBody of apimachinery, for each kind that quotes a value.
    [InlineData(
        "Secret \"x\" is invalid: data.k: Invalid value: \"s3cret\": too bad",
        "Secret \"x\" is invalid: data.k: Invalid value (its value is left out)"
    )]
    [InlineData(
        "Secret \"x\" is invalid: [type: Required value, data: Invalid value: {\"k\":\"s3cret\"}]",
        "Secret \"x\" is invalid: [type: Required value, data: Invalid value (its value is left out)"
    )]
    [InlineData(
        "a: Unsupported value: \"s3cret\": supported values: \"a\"",
        "a: Unsupported value (its value is left out)"
    )]
    [InlineData("a: Duplicate value: s3cret", "a: Duplicate value (its value is left out)")]
    [InlineData("a: Not found: \"s3cret\"", "a: Not found (its value is left out)")]
    [InlineData("a: Too many: 5: must have at most 3 items", "a: Too many (its value is left out)")]
    [InlineData("a: Too few: [\"s3cret\"]", "a: Too few (its value is left out)")]
    // json-iterator's.
    [InlineData(
        "readObjectStart: expect { or n, but found s, error found in #1 byte of ...|s3cret|...",
        "readObjectStart: expect { or n, but found s, error found in #1 byte of (its value is left out)"
    )]
    // Of people.
    [InlineData(
        "admission webhook \"w\" denied the request: Not found: the policy",
        "admission webhook \"w\" denied the request: Not found: the policy"
    )]
    [InlineData("a\nb\u001b[31m\u202ec", "a b?[31m?c")]
    public void Reason_AMessage_IsToldUpToAValue(string message, string told)
    {
        var body = Encoding.UTF8.GetBytes($$"""{"kind":"Status","message":{{Json(message)}}}""");
        Assert.Equal((told, told), (ApiStatus.Reason(body), ApiStatus.Message(body)));
    }

    [Theory]
    [InlineData("""{"kind":"Status","message":"m","details":{"causes":[{"message":"why"}]}}""", "m")]
    [InlineData(
        """{"kind":"Status","message":"m: s3cret","details":{"causes":[{"message":"why"},{"field":"data.k","reason":"FieldValueInvalid","message":"s3cret"},{"field":"type"}]}}""",
        "data.k: FieldValueInvalid, type: refused"
    )]
    [InlineData("""{"kind":"Status","reason":"Forbidden"}""", "Forbidden")]
    [InlineData("""{"kind":"Status"}""", "(no text)")]
    [InlineData("""{"kind":"Secret","data":{"k":"czNjcmV0"}}""", "the answer is no Status but of the kind Secret")]
    [InlineData("""{"kind":"Status","message":7,"details":[]}""", "(no text)")]
    [InlineData("", "(no text)")]
    [InlineData("<html>\n502</html>", "<html> 502</html>")]
    public void Reason_ABody_IsTold(string body, string told) =>
        Assert.Equal(told, ApiStatus.Reason(Encoding.UTF8.GetBytes(body)));

    [Theory]
    [InlineData("admission webhook \"w.x\" denied the request: no", "admission webhook", "w.x", false)]
    [InlineData(
        "Internal error occurred: failed calling webhook \"w.x\": failed to call webhook: EOF",
        "admission webhook",
        "w.x",
        true
    )]
    [InlineData(
        "Internal error occurred: ValidatingAdmissionWebhook/w.x has panicked: oops",
        "admission webhook",
        "w.x",
        true
    )]
    [InlineData(
        "Internal error occurred: admission webhook \"w.x\" attempted to modify the object, which is not supported for this operation",
        "admission webhook",
        "w.x",
        false
    )]
    [InlineData(
        "configmaps \"a\" is forbidden: ValidatingAdmissionPolicy 'p' with binding 'b' denied request: no",
        "ValidatingAdmissionPolicy",
        "p",
        false
    )]
    [InlineData(
        "things.example.com \"a\" is forbidden: ValidatingAdmissionPolicy 'p' denied request: no",
        "ValidatingAdmissionPolicy",
        "p",
        false
    )]
    [InlineData("policy 'p' with binding 'b' denied request: no", "admission policy", "p", false)]
    [InlineData("policy \"p\" denied request: no", "admission policy", "p", false)]
    public void AdmissionRefusal_TextsOfTheApiServer_NamesWhoIsAgainstIt(
        string message,
        string by,
        string name,
        bool isFailing
    ) => Assert.Equal(new AdmissionRefusal(by, name, isFailing), AdmissionRefusal.OfMessage(message));

    [Theory]
    [InlineData("Unauthorized")]
    [InlineData("secrets \"a\" not found")]
    [InlineData(
        "secrets \"a\" is forbidden: User \"admission webhook\" cannot patch resource \"secrets\" in API group \"\""
    )]
    [InlineData("secrets \"a\" is forbidden: exceeded quota: q")]
    [InlineData("the admission webhook \"w\" denied the request")]
    [InlineData("")]
    public void AdmissionRefusal_OtherTexts_IsNone(string message) => Assert.Null(AdmissionRefusal.OfMessage(message));

    [Theory]
    [InlineData(401)]
    [InlineData(403)]
    public void Failure_OfAWebhook_IsNoMatterOfTheKubeconfig(int status)
    {
        var body = """{"kind":"Status","message":"admission webhook \"w.x\" denied the request: no"}"""u8.ToArray();
        var failure = new ApiAnswer("POST /x", (HttpStatusCode)status, body).Failure();

        Assert.Equal(ExitCode.Failed, failure.ExitCode);
        Assert.Equal(
            $"POST /x was refused ({status}): admission webhook \"w.x\" denied the request: no",
            failure.Message
        );
        Assert.Contains("\"w.x\" is against it", failure.Hint);
    }

    [Fact]
    public void Everything_OddBodies_IsReadWithoutAFault()
    {
        const int Seed = 20_261_129;
        var random = new Random(Seed);
        byte[][] seeds =
        [
            [],
            [.. "k8s\0"u8],
            [.. "k8s\0\n\x0e\n\x02v1\x12\x06Status\x12\x0b\x1a\x09not today"u8],
            [.. "k8s\0\x12\xff\xff\xff\xff\x0f"u8],
            [
                .. """{"kind":"Status","metadata":{"continue":"x"},"message":"m","reason":"r","details":{"causes":[{"field":"f","reason":"r","message":"m"}]},"code":422}"""u8,
            ],
            [.. """{"kind":"Status","message":"admission webhook \"w\" denied the request: no"}"""u8],
            [
                .. """{"message":"\ud800","metadata":{"continue":"\ud800","resourceVersion":"\udfff"},"kind":"\ud800"}"""u8,
            ],
            [.. """{"metadata":[],"details":{"causes":[1,null,{"field":{}}]},"message":null}"""u8],
            [.. """{"metadata":{"resourceVersion":7,"continue":{}},"details":7,"kind":[]}"""u8],
            [.. """{"metadata":{"resourceVersion":"1000"}}"""u8],
            [.. "[[[["u8],
            [.. "\ufeff{}"u8],
            [.. "<!DOCTYPE html><html><title>502 Bad Gateway</title>"u8],
            [0xff, 0xfe, 0x00],
            Encoding.UTF8.GetBytes(new string('[', 10_000)),
            Encoding.UTF8.GetBytes(
                $$"""{"message":"{{new string('"', 0)}}{{string.Concat(Enumerable.Repeat("x: Not found: ", 5_000))}}"}"""
            ),
        ];
        for (var i = 0; i < 20_000; i++)
        {
            var body = Mutated(seeds[i % seeds.Length], random);
            try
            {
                foreach (var told in new[] { ApiStatus.Message(body), ApiStatus.Reason(body) })
                    Assert.True(told.Length is > 0 and <= 1_001 && !told.Any(char.IsControl));
                _ = ApiStatus.Continue(body);
                _ = ApiStatus.Member(body, "reason");
                _ = StoredVersion.Of(body);
                _ = new ApiAnswer("GET /", HttpStatusCode.Forbidden, body).Failure();
            }
            catch (Exception e)
            {
                Assert.Fail(string.Create(CultureInfo.InvariantCulture, $"seed {Seed}, turn {i}: {e}"));
            }
        }
    }

    private static byte[] Mutated(byte[] seed, Random random)
    {
        var bytes = seed.ToArray();
        for (var n = random.Next(4); n > 0 && bytes.Length > 0; n--)
        {
            var at = random.Next(bytes.Length);
            switch (random.Next(3))
            {
                case 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes = bytes[..at];
                    break;
                default:
                    bytes = [.. bytes[..at], (byte)"\"{}[]:,\\0tn"[random.Next(11)], .. bytes[at..]];
                    break;
            }
        }
        return bytes;
    }

    private static string Json(string text) => System.Text.Json.JsonSerializer.Serialize(text);
}
