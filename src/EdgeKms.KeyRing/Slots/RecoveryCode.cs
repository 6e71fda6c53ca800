// Purpose:    a secret of 160 bits that a person can write on paper and type years later.
// References: Crockford's base 32 alphabet (no I, L, O, U); a check symbol for each group, as in BitLocker's recovery
//             password, so that the mistyped group is named.
// Parameters: 8 groups of 5 symbols: 4 of data (5 bits each) and a check symbol
//             c = g + a*d1 + a^2*d2 + a^3*d3 + a^4*d4 over GF(2^5) modulo x^5 + x^2 + 1, a = x, g = number of the group.
// Limits:     finds every single wrong symbol, every two exchanged symbols of a group, and exchanged groups.

using System.Security.Cryptography;
using EdgeKms.KeyRing.Failures;
using EdgeKms.KeyRing.Secrets;

namespace EdgeKms.KeyRing.Slots;

/// <summary>Writes and reads recovery codes such as <c>7Q2MK-…</c> (47 characters with the hyphens).</summary>
public static class RecoveryCode
{
    /// <summary>Length of the secret, in bytes.</summary>
    public const int SecretSize = 20;

    /// <summary>Length of the text, in characters: 8 groups of 5 and 7 hyphens.</summary>
    public const int TextLength = Groups * (DataSymbols + 1) + Groups - 1;

    private const int Groups = 8;
    private const int DataSymbols = 4;
    private const string Alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

    /// <summary>The code's ASCII text (47 bytes) for a secret of 20 bytes.</summary>
    public static SecretBytes Write(SecretBytes secret)
    {
        var text = new SecretBytes(TextLength);
        using var from = secret.Lease();
        using var to = text.Lease();
        var at = 0;
        Span<byte> symbols = stackalloc byte[DataSymbols];
        for (var group = 0; group < Groups; group++)
        {
            if (group > 0)
                to.Span[at++] = (byte)'-';
            for (var i = 0; i < DataSymbols; i++)
            {
                symbols[i] = Symbol(from.Span, group * DataSymbols + i);
                to.Span[at++] = (byte)Alphabet[symbols[i]];
            }
            to.Span[at++] = (byte)Alphabet[Check(group, symbols)];
        }
        CryptographicOperations.ZeroMemory(symbols);
        return text;
    }

    /// <summary>
    /// Reads a typed code: case, blanks and hyphens don't count, O is 0, I and L are 1.
    /// </summary>
    /// <exception cref="EdgeKmsException"><see cref="ErrorCode.RecoveryCodeMistyped"/>, naming the group.</exception>
    public static SecretBytes Read(SecretBytes typed)
    {
        var secret = new SecretBytes(SecretSize);
        Span<byte> symbols = stackalloc byte[DataSymbols + 1];
        try
        {
            using var from = typed.Lease();
            using var to = secret.Lease();
            Read(from.Span, to.Span, symbols);
            return secret;
        }
        catch
        {
            secret.Dispose();
            throw;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(symbols);
        }
    }

    private static void Read(ReadOnlySpan<byte> typed, Span<byte> secret, Span<byte> symbols)
    {
        var count = 0;
        foreach (var character in typed)
        {
            if (character is (byte)' ' or (byte)'-' or (byte)'\t')
                continue;
            var group = count / (DataSymbols + 1);
            if (group >= Groups)
                throw Mistyped("it is longer than 8 groups of 5");
            var value = Value(character);
            if (value < 0)
                throw Mistyped($"group {group + 1} holds a character that no recovery code has");
            symbols[count++ % (DataSymbols + 1)] = (byte)value;
            if (count % (DataSymbols + 1) != 0)
                continue;
            if (Check(group, symbols[..DataSymbols]) != symbols[DataSymbols])
                throw Mistyped($"there is a typing mistake in group {group + 1}");
            for (var i = 0; i < DataSymbols; i++)
                PutSymbol(secret, group * DataSymbols + i, symbols[i]);
        }
        if (count != Groups * (DataSymbols + 1))
            throw Mistyped("it is shorter than 8 groups of 5");
    }

    private static EdgeKmsException Mistyped(string what) => new(ErrorCode.RecoveryCodeMistyped, what);

    private static byte Symbol(ReadOnlySpan<byte> bytes, int index)
    {
        var symbol = 0;
        for (var bit = index * 5; bit < index * 5 + 5; bit++)
            symbol = (symbol << 1) | ((bytes[bit / 8] >> (7 - bit % 8)) & 1);
        return (byte)symbol;
    }

    private static void PutSymbol(Span<byte> bytes, int index, int symbol)
    {
        for (var i = 0; i < 5; i++)
        {
            var bit = index * 5 + i;
            bytes[bit / 8] |= (byte)(((symbol >> (4 - i)) & 1) << (7 - bit % 8));
        }
    }

    private static int Check(int group, ReadOnlySpan<byte> symbols)
    {
        var sum = group + 1;
        for (var i = 0; i < symbols.Length; i++)
        {
            int term = symbols[i];
            for (var power = 0; power <= i; power++)
                term = (term << 1) ^ ((term & 0x10) != 0 ? 0x25 : 0); // times x, modulo x^5 + x^2 + 1
            sum ^= term;
        }
        return sum;
    }

    private static int Value(byte character)
    {
        var upper = char.ToUpperInvariant((char)character);
        return upper switch
        {
            'O' => 0,
            'I' or 'L' => 1,
            _ => Alphabet.IndexOf(upper, StringComparison.Ordinal),
        };
    }
}
