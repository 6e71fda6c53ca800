using System.Text;
using EdgeKms.KeyRing.Failures;
using EdgeKms.KeyRing.Secrets;
using EdgeKms.KeyRing.Slots;
using FsCheck.Xunit;

namespace EdgeKms.KeyRing.Tests.Slots;

public sealed class RecoveryCodeTests
{
    private const string Alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

    private static readonly string Code = Write(Given.Bytes("recovery")[..20]);

    [Property(MaxTest = 300)]
    public void Code_WrittenAndRead_IsTheSameSecret(int seed)
    {
        var secret = new byte[RecoveryCode.SecretSize];
        new Random(seed).NextBytes(secret);
        var code = Write(secret);
        Assert.Matches("^([0-9A-HJKMNP-TV-Z]{5}-){7}[0-9A-HJKMNP-TV-Z]{5}$", code);
        Assert.Equal(secret, Read(code));
    }

    [Fact]
    public void Read_OfEachSingleWrongSymbol_NamesItsGroup()
    {
        for (var at = 0; at < Code.Length; at++)
        {
            if (Code[at] == '-')
                continue;
            foreach (var symbol in Alphabet.Where(s => s != Code[at]))
                Assert.Contains($"group {at / 6 + 1}", Mistyped(Code[..at] + symbol + Code[(at + 1)..]));
        }
    }

    [Fact]
    public void Read_OfTwoExchangedSymbolsOfAGroup_NamesTheGroup()
    {
        for (var group = 0; group < 8; group++)
        {
            for (var i = 0; i < 5; i++)
            {
                for (var j = i + 1; j < 5; j++)
                {
                    var text = Code.ToCharArray();
                    (text[group * 6 + i], text[group * 6 + j]) = (text[group * 6 + j], text[group * 6 + i]);
                    if (!text.AsSpan().SequenceEqual(Code))
                        Assert.Contains($"group {group + 1}", Mistyped(new string(text)));
                }
            }
        }
    }

    [Fact]
    public void Read_OfExchangedGroups_NamesTheFirst()
    {
        for (var i = 0; i < 8; i++)
        {
            for (var j = i + 1; j < 8; j++)
            {
                var groups = Code.Split('-');
                (groups[i], groups[j]) = (groups[j], groups[i]);
                Assert.Contains($"group {i + 1}", Mistyped(string.Join('-', groups)));
            }
        }
    }

    [Fact]
    public void Read_OfEachByteThatNoCodeHas_NamesItsGroup()
    {
        for (var value = 0; value < 256; value++)
        {
            var symbol = char.ToUpperInvariant((char)value);
            if (value < 128 && (Alphabet + "OIL -\t").Contains(symbol))
                continue;
            var typed = Encoding.ASCII.GetBytes(Code);
            typed[12] = (byte)value;
            using var secret = SecretBytes.CopyOf(typed);
            Assert.Contains(
                "group 3",
                Given.Fails(ErrorCode.RecoveryCodeMistyped, () => RecoveryCode.Read(secret)).Detail
            );
        }
    }

    [Fact]
    public void Read_OfLookAlikesCaseAndBlanks_IsLenient()
    {
        var ones = Write([0x08, 0x42, 0x10, 0x84, 0x21, .. new byte[15]]);
        Assert.Contains('1', ones);
        Assert.Contains('0', ones);
        var expected = Read(ones);
        Assert.Equal(expected, Read(ones.Replace('0', 'O').Replace('1', 'I')));
        Assert.Equal(expected, Read(ones.Replace('0', 'o').Replace('1', 'l')));
        Assert.Equal(expected, Read(ones.Replace('1', 'L').Replace('0', 'o')));
        Assert.Equal(expected, Read(ones.ToLowerInvariant().Replace('-', ' ')));
        Assert.Equal(expected, Read("\t " + ones.Replace("-", "") + " "));
        Assert.Equal(expected, Read(string.Join(' ', ones.ToCharArray())));
    }

    [Fact]
    public void Read_OfTooFewOrTooManySymbols_SaysSo()
    {
        for (var length = 1; length < Code.Length; length++)
            Assert.Contains("shorter", Mistyped(Code[..length]));
        Assert.Contains("longer", Mistyped(Code + "0"));
        Assert.Contains("longer", Mistyped(Code + "-" + Code));
    }

    [Fact]
    public void Failures_OfACode_DoNotShowIt()
    {
        var message = Mistyped(Code[..46] + (Code[46] == '0' ? '1' : '0'));
        Assert.DoesNotContain(Code[..5], message, StringComparison.Ordinal);
        Assert.DoesNotContain(Code[42..46], message, StringComparison.Ordinal);
    }

    private static string Mistyped(string code) =>
        Given.Fails(ErrorCode.RecoveryCodeMistyped, () => Read(code)).Detail!;

    private static byte[] Read(string code)
    {
        using var typed = Given.Text(code);
        using var secret = RecoveryCode.Read(typed);
        return Given.Reveal(secret);
    }

    private static string Write(byte[] bytes)
    {
        using var secret = SecretBytes.CopyOf(bytes);
        using var text = RecoveryCode.Write(secret);
        return Encoding.ASCII.GetString(Given.Reveal(text));
    }
}
