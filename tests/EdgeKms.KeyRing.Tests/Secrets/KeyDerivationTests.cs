using System.Security.Cryptography;
using EdgeKms.KeyRing.Secrets;
using FsCheck.Xunit;

namespace EdgeKms.KeyRing.Tests.Secrets;

public sealed class KeyDerivationTests
{
    // RFC 5869 appendix A: the first 32 bytes of the OKM are T(1) (A.2 has 80 bytes of info and 82 of output).
    [Theory]
    [InlineData(
        "077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5",
        "f0f1f2f3f4f5f6f7f8f9",
        "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf"
    )]
    [InlineData(
        "06a6b88c5853361a06104c9ceb35b45cef760014904671014a193f40c15fc244",
        "b0b1b2b3b4b5b6b7b8b9babbbcbdbebfc0c1c2c3c4c5c6c7c8c9cacbcccdcecfd0d1d2d3d4d5d6d7d8d9dadbdcdddedf"
            + "e0e1e2e3e4e5e6e7e8e9eaebecedeeeff0f1f2f3f4f5f6f7f8f9fafbfcfdfeff",
        "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c"
    )]
    [InlineData(
        "19ef24a32c717b167f33a91d6f648bdf96596776afdb6377ac434c1c293ccb04",
        "",
        "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d"
    )]
    public void Expand_OfTheVectorsOfRfc5869_GivesTheFirstBlock(string key, string info, string okm)
    {
        var output = new byte[KeyDerivation.KeySize];
        KeyDerivation.Expand(Convert.FromHexString(key), Convert.FromHexString(info), [], output);
        Assert.Equal(okm, Convert.ToHexStringLower(output));
    }

    [Property(MaxTest = 300)]
    public void Expand_OfRandomInputs_EqualsThatOfTheBaseClassLibrary(int seed)
    {
        var random = new Random(seed);
        var key = new byte[32];
        var info = new byte[random.Next(128)];
        random.NextBytes(key);
        random.NextBytes(info);
        var cut = random.Next(info.Length + 1);
        var output = new byte[32];
        KeyDerivation.Expand(key, info.AsSpan(0, cut), info.AsSpan(cut), output);
        Assert.Equal(HKDF.Expand(HashAlgorithmName.SHA256, key, 32, info), output);
    }

    [Theory]
    [InlineData(31, 0, 32)]
    [InlineData(33, 0, 32)]
    [InlineData(32, 128, 32)]
    [InlineData(32, 0, 31)]
    [InlineData(32, 0, 33)]
    public void Expand_OfOtherSizes_Throws(int key, int info, int output) =>
        Assert.Throws<ArgumentOutOfRangeException>(() =>
            KeyDerivation.Expand(new byte[key], new byte[info], [], new byte[output])
        );
}
