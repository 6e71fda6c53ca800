using EdgeKms.Cluster.Conformance;

namespace EdgeKms.Conformance.Tests;

public class LeakScanTests
{
    private static readonly byte[] Plaintext = [.. Enumerable.Range(200, 32).Select(i => (byte)i)];

    [Theory]
    [InlineData("cipher: message authentication failed")]
    [InlineData("rpc error: /v2.KeyManagementService/Decrypt: unknown key_id k12.AbCdEfGhIjKlMnOpQrStUv")]
    [InlineData("see https://example.org/docs/errors for help")]
    [InlineData("run \"edgekms status\" and/or \"edgekms repair\"")]
    [InlineData("the key 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef is not known")]
    public void Find_HarmlessText_IsNothing(string text) =>
        Assert.Null(
            LeakScan.Find(text, Plaintext, ["0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"])
        );

    [Theory]
    [InlineData("open /var/lib/edgekms/ring: permission denied", "a path: /var/lib/edgekms/ring")]
    [InlineData("open '/etc/kms.key'", "a path: /etc/kms.key")]
    [InlineData("key 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", "32 bytes or more")]
    [InlineData("key q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA", "32 bytes or more")]
    public void Find_PathOrKey_IsNamed(string text, string expected) =>
        Assert.StartsWith(expected, LeakScan.Find(text, Plaintext, []));

    [Fact]
    public void Find_PlaintextInAnyForm_IsNamed()
    {
        string[] forms =
        [
            Convert.ToHexString(Plaintext),
            Convert.ToHexStringLower(Plaintext),
            Convert.ToBase64String(Plaintext),
            $"[{string.Join(' ', Plaintext)}]",
            $"{{{string.Join(", ", Plaintext)}}}",
        ];
        Assert.All(forms, f => Assert.Equal("the plaintext", LeakScan.Find($"got {f}", Plaintext, [])));
    }
}
