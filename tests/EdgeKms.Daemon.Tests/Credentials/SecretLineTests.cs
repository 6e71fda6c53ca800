using System.Text;
using EdgeKms.Contract.Failures;
using EdgeKms.Daemon.Credentials;
using EdgeKms.KeyRing.Failures;
using EdgeKms.KeyRing.Secrets;
using EdgeKms.KeyRing.Slots;

namespace EdgeKms.Daemon.Tests.Credentials;

public sealed class SecretLineTests
{
    [Theory]
    [InlineData("correct horse\n", "correct horse")]
    [InlineData("correct horse\r\nsecond line\n", "correct horse")]
    [InlineData("no newline at the end", "no newline at the end")]
    [InlineData(" blanks count \n", " blanks count ")]
    [InlineData("schlüssel\n", "schlüssel")]
    public void Read_OfALine_StopsAtItsEnd(string input, string expected)
    {
        using var secret = SecretLine.Read(new MemoryStream(Encoding.UTF8.GetBytes(input)), terminated: false);
        using var lease = secret.Lease();

        Assert.Equal(expected, Encoding.UTF8.GetString(lease.Span));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1025)]
    public void Read_OfNothingOrTooMuch_IsRefused(int length)
    {
        var input = new MemoryStream(Encoding.ASCII.GetBytes(new string('x', length) + "\n"));

        var e = Assert.Throws<EdgeKmsException>(() => SecretLine.Read(input, terminated: false));

        Assert.Equal(ErrorCode.PassphraseUnusable, e.Code);
    }

    [Fact]
    public void FromFile_ThatOthersCanRead_IsRefused()
    {
        using var streams = new ScriptedStreams();
        var file = Path.GetTempFileName();
        File.WriteAllText(file, "correct horse battery\n");
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);

        Assert.Equal(
            ErrorCode.NotPrivate,
            Assert.Throws<EdgeKmsException>(() => SecretSource.FromFile(file, streams.Io)).Code
        );
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        using var secret = SecretSource.FromFile(file, streams.Io);
        Assert.Equal(21, secret.Length);
        File.Delete(file);
        Assert.Equal(
            ExitCode.Usage,
            Assert.Throws<CommandException>(() => SecretSource.FromFile(file, streams.Io)).ExitCode
        );
    }

    /// <summary>RFC 9106 section 5.3 uses a secret and associated data, so this one is of the reference program argon2:
    /// <c>echo -n password | argon2 somesalt -id -t 2 -m 16 -p 1 -l 32</c>.</summary>
    [Fact]
    public void Stretch_Argon2id_MatchesTheReferenceProgram()
    {
        using var password = SecretBytes.CopyOf("password"u8);
        using var stretched = Argon2.Stretch(new SlotKdf.Argon2id(65_536, 2, 1), "somesalt"u8.ToArray(), password);
        using var lease = stretched.Lease();

        Assert.Equal(
            "09316115d5cf24ed5a15a31a3ba326e5cf32edc24702987c02b6566f61913cf7",
            Convert.ToHexStringLower(lease.Span)
        );
    }
}
