using System.Text;
using EdgeKms.KeyRing.Backup;
using EdgeKms.KeyRing.Failures;
using EdgeKms.KeyRing.RingFile;

namespace EdgeKms.KeyRing.Tests.Backup;

public sealed class BackupFileTests
{
    private static readonly byte[] File = BackupFile.Write(SealedRing.Seal(Given.RingOfEveryState()));

    [Fact]
    public void Read_OfWhatWasWritten_GivesTheRingFile()
    {
        var ring = BackupFile.Read(File, "x");
        Assert.Equal(7, ring.Header.Generation);
        Assert.Equal(File, BackupFile.Write(ring.File.ToArray()));
    }

    [Fact]
    public void Read_WithAnyBitFlipped_IsRefused()
    {
        for (var bit = 0; bit < File.Length * 8; bit++)
        {
            var changed = Given.Flip(File, bit);
            var failure = Assert.Throws<EdgeKmsException>(() => BackupFile.Read(changed, "x"));
            // "1" with one bit changed is another version three times, and once no digit.
            var isDigit = bit / 8 == 15 && changed[15] is >= (byte)'2' and <= (byte)'9';
            Assert.Equal(isDigit ? ErrorCode.RingUnsupportedVersion : ErrorCode.BackupDamaged, failure.Code);
        }
    }

    [Fact]
    public void Read_CutAnywhere_IsDamaged()
    {
        for (var length = 0; length < File.Length; length++)
            Given.Fails(ErrorCode.BackupDamaged, () => BackupFile.Read(File[..length], "x"));
    }

    [Fact]
    public void Read_WithOneByteMore_IsDamaged() =>
        Given.Fails(ErrorCode.BackupDamaged, () => BackupFile.Read([.. File, 0], "x"));

    [Theory]
    [InlineData("edgekms-backup/2\n", ErrorCode.RingUnsupportedVersion)]
    [InlineData("edgekms-backup/10\nwhatever", ErrorCode.RingUnsupportedVersion)]
    [InlineData("edgekms-backup/999999999\n", ErrorCode.RingUnsupportedVersion)]
    [InlineData("edgekms-backup/1000000000\n", ErrorCode.BackupDamaged)]
    [InlineData("edgekms-backup/2", ErrorCode.BackupDamaged)]
    [InlineData("edgekms-backup/1x\n", ErrorCode.BackupDamaged)]
    [InlineData("edgekms-backup/01\n", ErrorCode.BackupDamaged)]
    [InlineData("edgekms-backup/\n", ErrorCode.BackupDamaged)]
    [InlineData("edgekms-backup/1\r\n", ErrorCode.BackupDamaged)]
    [InlineData("edgekms-ring/1\n", ErrorCode.BackupDamaged)]
    [InlineData("", ErrorCode.BackupDamaged)]
    public void Read_OfAnotherBeginning_IsNewerOrDamaged(string text, ErrorCode code) =>
        Given.Fails(code, () => BackupFile.Read(Encoding.ASCII.GetBytes(text), "x"));

    [Fact]
    public void Read_OverTheCap_IsALimit() =>
        Given.Fails(ErrorCode.RingLimit, () => BackupFile.Read(new byte[BackupFile.MaxBytes + 1], "x"));

    [Fact]
    public void Read_OfARingOfANewerVersion_SaysThatItIsNewer()
    {
        var ring = Encoding.Latin1.GetString(SealedRing.Seal(Given.RingOfEveryState()));
        var newer = BackupFile.Write(Encoding.Latin1.GetBytes(ring.Replace("edgekms-ring/1", "edgekms-ring/2")));
        Given.Fails(ErrorCode.RingUnsupportedVersion, () => BackupFile.Read(newer, "x"));
        Given.Fails(ErrorCode.BackupDamaged, () => BackupFile.Read(BackupFile.Write([1, 2, 3]), "x"));
    }
}
