using System.Text;
using EdgeKms.Cluster.Datastore;

namespace EdgeKms.Cluster.Tests.Datastore;

public class StoredValueTests
{
    private const string V2 = "k8s:enc:kms:v2:edgekms:";

    /// <summary>EncryptedObject with payload, key id, seed, one annotation and type.</summary>
    internal static byte[] Message(string keyId = "k1.abc") =>
        [
            .. Field(1, new byte[300]),
            .. Field(2, Encoding.UTF8.GetBytes(keyId)),
            .. Field(3, new byte[60]),
            .. Field(4, [10, 1, 97, 18, 1, 98]),
            0x28,
            1,
        ];

    private static byte[] Field(int number, byte[] value)
    {
        var length = new List<byte>();
        for (var left = value.Length; ; left >>= 7)
        {
            length.Add((byte)(left > 0x7f ? left & 0x7f | 0x80 : left));
            if (left <= 0x7f)
                return [(byte)(number << 3 | 2), .. length, .. value];
        }
    }

    private static StoredValue Parse(string prefix, params byte[] rest) =>
        StoredValue.Parse([.. Encoding.UTF8.GetBytes(prefix), .. rest]);

    [Theory]
    [InlineData(V2, StoredForm.KmsV2, "edgekms")]
    [InlineData("k8s:enc:kms:v1:old:", StoredForm.KmsV1, "old")]
    [InlineData("k8s:enc:aescbc:v1:key1:", StoredForm.LocalKey, "key1")]
    [InlineData("k8s:enc:aesgcm:v1:key1:", StoredForm.LocalKey, "key1")]
    [InlineData("k8s:enc:secretbox:v1:key1:", StoredForm.LocalKey, "key1")]
    [InlineData("k8s:enc:kms:v3:edgekms:", StoredForm.Unknown, "edgekms")]
    [InlineData("k8s:enc:rot13:v1:x:", StoredForm.Unknown, "x")]
    public void Parse_Encrypted_HasFormAndPrefix(string prefix, StoredForm form, string name)
    {
        var value = Parse(prefix, 1, 2, 3);
        Assert.Equal(form, value.Form);
        Assert.Equal(name, value.Prefix!.Name);
        Assert.Equal(prefix, value.Prefix.ToString());
    }

    [Fact]
    public void Parse_KmsV2_HasTheKeyIdAlone()
    {
        Assert.Equal("k1.abc", Parse(V2, Message()).KeyId);
        Assert.Equal(new string('k', 1024), Parse(V2, Message(new string('k', 1024))).KeyId);
        Assert.Null(Parse("k8s:enc:kms:v1:edgekms:", Message()).KeyId);
    }

    private const string V1 = "k8s:enc:kms:v1:edgekms:";
    private const string Id = "k12.nJ2oV3v0yZrN6mHkq0b1Wg";

    /// <summary>Length, cipher and object, as kube-apiserver stores them.</summary>
    private static byte[] V1Object(byte[] cipher, int payload = 48) =>
        [(byte)(cipher.Length >> 8), (byte)(cipher.Length & 0xff), .. cipher, .. new byte[payload]];

    private static byte[] Cipher(string id, int behind = 92, byte version = 2) =>
        [version, (byte)id.Length, .. Encoding.Latin1.GetBytes(id), .. new byte[behind]];

    [Fact]
    public void Parse_KmsV1OfEdgeKms_HasTheKeyIdInTheCipher()
    {
        Assert.Equal(
            (StoredForm.KmsV1, Id),
            (Parse(V1, V1Object(Cipher(Id))).Form, Parse(V1, V1Object(Cipher(Id))).KeyId)
        );
        Assert.Equal(Id, Parse("k8s:enc:kms:v1:old:", V1Object(Cipher(Id, 61))).KeyId);
    }

    [Theory]
    [InlineData(Id, 60, 2)]
    [InlineData(Id, 92, 1)]
    [InlineData(Id, 1000, 2)]
    [InlineData("12.nJ2oV3v0yZrN6mHkq0b1Wg", 92, 2)]
    [InlineData("k1.nJ2oV3v0yZrN6mHkq0b1W", 92, 2)]
    [InlineData("k12.nJ2oV3v0yZrN6mHkq0b1W\n", 92, 2)]
    [InlineData("k12.nJ2oV3v0yZrN6mHkq0b1W\u00e9", 92, 2)]
    [InlineData("k1234567890.nJ2oV3v0yZrN6mHkq0b1Wg", 92, 2)]
    public void Parse_KmsV1OfAnotherPlugin_NamesNoKey(string id, int behind, byte version) =>
        Assert.Equal((StoredForm.KmsV1, null), Of(Parse(V1, V1Object(Cipher(id, behind, version)))));

    [Fact]
    public void Parse_KmsV1Cut_NamesNoKey()
    {
        var whole = V1Object(Cipher(Id));
        // All of the cipher and one byte of the object are needed.
        for (var length = 0; length <= whole.Length - 48; length++)
            Assert.Equal((StoredForm.KmsV1, null), Of(Parse(V1, whole[..length])));
        Assert.Equal(Id, Parse(V1, whole[..^47]).KeyId);
    }

    private static (StoredForm, string?) Of(StoredValue value) => (value.Form, value.KeyId);

    [Theory]
    [InlineData("k8s\0\n\f\n\x02v1", StoredForm.Plain)]
    [InlineData("{\"kind\":\"ConfigMap\"}", StoredForm.Plain)]
    [InlineData("", StoredForm.Unknown)]
    [InlineData("k8s", StoredForm.Unknown)]
    [InlineData("k8s:enc:", StoredForm.Unknown)]
    [InlineData("k8s:enc:kms:v2:", StoredForm.Unknown)]
    [InlineData("k8s:enc:kms:v2:edgekms", StoredForm.Unknown)]
    [InlineData("k8s:enc:kms:v2::", StoredForm.Unknown)]
    [InlineData("k8s:enc::v2:edgekms:", StoredForm.Unknown)]
    [InlineData("K8S:ENC:KMS:V2:edgekms:", StoredForm.Unknown)]
    [InlineData(" {}", StoredForm.Unknown)]
    [InlineData("text", StoredForm.Unknown)]
    public void Parse_WithoutAWholePrefix_IsPlainOrUnknown(string text, StoredForm form)
    {
        var value = Parse(text);
        Assert.Equal(new StoredValue(form, null, null), value);
    }

    [Fact]
    public void Parse_PrefixThatNeverEnds_IsUnknown()
    {
        Assert.Equal(StoredForm.Unknown, Parse("k8s:enc:kms:v2:" + new string('x', 5_000) + ":", Message()).Form);
        Assert.Null(Parse("k8s:enc:kms:v2:", 0xff, (byte)':').Prefix);
    }

    [Fact]
    public void Parse_DamagedMessage_NamesNoKey()
    {
        byte[] good = Message();
        for (var length = 0; length < good.Length; length++)
        {
            var cut = Parse(V2, good[..length]);
            Assert.Equal(StoredForm.KmsV2, cut.Form);
            // Up to the end of the key id nothing is known; after it, a cut between two fields can't be seen.
            if (length < 311)
                Assert.Null(cut.KeyId);
        }
        Assert.Null(Parse(V2, Message("")).KeyId);
        Assert.Null(Parse(V2, Message(new string('k', 1025))).KeyId);
        Assert.Null(Parse(V2, Field(2, [0xff])).KeyId);
        Assert.Null(Parse(V2, [.. Message(), 0x0b]).KeyId); // a group
        Assert.Null(Parse(V2, [.. Message(), 0x0a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1]).KeyId);
        Assert.Null(Parse(V2, [.. Message(), .. Enumerable.Repeat((byte)0xff, 11)]).KeyId);
        Assert.Null(Parse(V2, [.. Message(), 0x10, 1]).KeyId); // keyID as a number
        Assert.Null(Parse(V2, [.. Message(), 0]).KeyId);
    }

    [Fact]
    public void Parse_AnyBytes_NeverThrows()
    {
        var random = new Random(7);
        for (var i = 0; i < 20_000; i++)
        {
            byte[] rest = Message();
            for (var change = random.Next(1, 6); change > 0; change--)
                rest[random.Next(rest.Length)] = (byte)random.Next(256);
            Assert.Equal(StoredForm.KmsV2, Parse(V2, rest[..random.Next(rest.Length)]).Form);
        }
    }
}
