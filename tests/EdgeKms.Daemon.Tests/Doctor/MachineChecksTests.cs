using EdgeKms.Daemon.Doctor;
using EdgeKms.KeyRing.RingFile;

namespace EdgeKms.Daemon.Tests.Doctor;

/// <summary>Files, memory and disks.</summary>
public sealed class MachineChecksTests
{
    private const long Ext4 = 0xEF53;

    private const string Limits =
        "Limit  Soft Limit  Hard Limit  Units\nMax core file size        {0}      unlimited       bytes\n";

    [Theory]
    [InlineData("ring/ring-00000002")]
    [InlineData("checkpoint")]
    [InlineData("node-token")]
    [InlineData("ring")]
    [InlineData("")]
    public async Task Modes_ReadableByOthers_Fails(string name)
    {
        await using var patient = new Patient();
        Assert.Equal(Outcome.Pass, patient.Look(FileChecks.Modes).Outcome);
        var path = Path.Combine(patient.Settings.StateDirectory, name);
        File.SetUnixFileMode(path, File.GetUnixFileMode(path) | UnixFileMode.OtherRead);

        var found = patient.Look(FileChecks.Modes);

        Assert.Equal((Outcome.Fail, true, "edgekms repair"), (found.Outcome, found.StopsApiServer, found.Next));
        Assert.StartsWith(path.TrimEnd('/'), found.Text);
    }

    [Theory]
    [InlineData("0", "Pass")]
    [InlineData("unlimited", "Warn")]
    [InlineData("1024", "Warn")]
    public void CoreDumps_OfALimit_Says(string soft, string outcome)
    {
        var limits = Limits.Replace("{0}", soft);

        Assert.Equal(outcome, MemoryChecks.OfLimits(limits, "core").Outcome.ToString());
        Assert.Equal(Outcome.Skip, MemoryChecks.OfLimits("nothing\n", "core").Outcome);
        Assert.Contains("the program /usr/bin/catch", MemoryChecks.OfLimits(limits, "|/usr/bin/catch %p").Text);
    }

    [Fact]
    public async Task CoreDumps_OfTheRunningDaemon_AreRead()
    {
        await using var patient = new Patient();
        Assert.Equal(Outcome.Skip, patient.Look(MemoryChecks.CoreDumps).Outcome);
        await patient.StartDaemonAsync(); // in this process, which forbids nothing

        Assert.Contains("core", patient.Look(MemoryChecks.CoreDumps).Text);
    }

    [Theory]
    [InlineData("", "Pass")]
    [InlineData("/dev/zram0 partition 1 0 100\n", "Pass")]
    [InlineData("/dev/dm-1                               partition\t8388604\t0\t-2\n", "Pass")]
    [InlineData("/swapfile file 1 0 -2\n", "Warn")]
    [InlineData("/dev/dm-1 partition 1 0 -2\n/dev/sda2\tpartition 1 0 -3\n", "Warn")]
    public void Swap_OfDevices_Says(string lines, string outcome)
    {
        var swaps = "Filename Type Size Used Priority\n" + lines;

        var found = MemoryChecks.OfSwaps(swaps, d => d == "/dev/dm-1", hasSecretMemory: true);

        Assert.Equal(outcome, found.Outcome.ToString());
    }

    [Theory]
    [InlineData(64 * 1_048_576L, 1_024L, "Pass")]
    [InlineData(64 * 1_048_576L, null, "Pass")]
    [InlineData(64 * 1_048_576L - 1, 1_024L, "Warn")]
    [InlineData(64 * 1_048_576L, 1_023L, "Warn")]
    [InlineData(1_048_575L, 1_024L, "Fail")]
    [InlineData(64 * 1_048_576L, 15L, "Fail")]
    public void Space_ThatIsFree_Says(long bytes, long? inodes, string outcome) =>
        Assert.Equal(
            outcome,
            StorageChecks.HasRoom(new FileSystemFacts(bytes, inodes, IsReadOnly: false, Ext4)).Outcome.ToString()
        );

    [Theory]
    [InlineData(true, "Fail")]
    [InlineData(false, "Pass")]
    public void ReadOnly_Mount_Says(bool isReadOnly, string outcome) =>
        Assert.Equal(
            outcome,
            StorageChecks.IsWritable(new FileSystemFacts(1L << 30, null, isReadOnly, Ext4), "/state").Outcome.ToString()
        );

    [Fact]
    public async Task Volatile_StateOnATmpfs_FailsAndDataCanBeLost()
    {
        var directory = InMemory();
        await using var patient = new Patient(withRing: true, ("stateDirectory", directory));
        try
        {
            var found = patient.Look(StorageChecks.Volatile);

            Assert.Equal((Outcome.Fail, true, true), (found.Outcome, found.StopsApiServer, found.CanLoseData));
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    [Fact]
    public async Task Volatile_TokenOnATmpfs_FailsAndNoDataCanBeLost()
    {
        var directory = InMemory();
        await using var patient = new Patient(("nodeTokenFile", Path.Combine(directory, "token")));
        try
        {
            Assert.SkipUnless(FileSystemFacts.Of(patient.Settings.StateDirectory)!.Magic == Ext4, "/tmp is not ext4");

            var found = patient.Look(StorageChecks.Volatile);

            Assert.Equal((Outcome.Fail, true, false), (found.Outcome, found.StopsApiServer, found.CanLoseData));
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    [Theory]
    [InlineData(0x01021994, "Fail")]
    [InlineData(0x858458F6, "Fail")]
    [InlineData(0x794C7630, "Warn")]
    [InlineData(0x73717368, "Warn")]
    [InlineData(0xE0F5E1E2, "Warn")]
    [InlineData(0xEF53, "Pass")]
    public void Volatile_OfAFileSystem_Says(long kind, string outcome) =>
        Assert.Equal(outcome, StorageChecks.OfKind(kind, "/state", isRing: true).Outcome.ToString());

    private static string InMemory()
    {
        Assert.SkipUnless(Directory.Exists("/dev/shm"), "there is no /dev/shm");
        var path = Path.Combine("/dev/shm", Path.GetRandomFileName());
        Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return path;
    }
}
