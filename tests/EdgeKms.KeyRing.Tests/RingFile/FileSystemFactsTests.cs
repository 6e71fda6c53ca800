using EdgeKms.KeyRing.RingFile;
using EdgeKms.Testing;

namespace EdgeKms.KeyRing.Tests.RingFile;

public sealed class FileSystemFactsTests
{
    [Fact]
    public void Of_ThisMachinesDisk_IsWhatTheFrameworkSays()
    {
        using var home = new ScratchDirectory();

        var facts = FileSystemFacts.Of(home.Path)!;

        // Others write to the disk meanwhile.
        var free = new DriveInfo(home.Path).AvailableFreeSpace;
        Assert.InRange(facts.FreeBytes, free - (1L << 30), free + (1L << 30));
        Assert.False(facts.IsReadOnly);
        Assert.True(facts.FreeInodes is null or > 0);
        Assert.Null(FileSystemFacts.Of("/nowhere"));
    }

    [Fact]
    public void Of_AMemoryFileSystem_NamesItAndSeesTheRemount()
    {
        using var home = new ScratchDirectory();
        home.MountMemory();

        var facts = FileSystemFacts.Of(home.Path)!;

        Assert.Equal(("a tmpfs", true, false), (facts.Volatile!.Name, facts.Volatile.IsMemory, facts.IsReadOnly));
        Assert.InRange(facts.FreeBytes, 1, 64 * 1024);
        home.RemountReadOnly();
        Assert.True(FileSystemFacts.Of(home.Path)!.IsReadOnly);
    }

    [Fact]
    public void OfNearest_ForAPathThatIsNotMadeYet_IsWhereItWouldLie()
    {
        using var home = new ScratchDirectory();
        Assert.Equal(
            FileSystemFacts.Of(home.Path)!.Magic,
            FileSystemFacts.OfNearest(Path.Combine(home.Path, "var", "lib", "edgekms"))!.Magic
        );
        home.MountMemory();
        Assert.Equal("a tmpfs", FileSystemFacts.OfNearest(Path.Combine(home.Path, "none/token"))!.Volatile!.Name);
        var link = Path.Combine(Directory.CreateTempSubdirectory("edgekms-test-").FullName, "link");
        Directory.CreateSymbolicLink(link, home.Path);
        Assert.Equal("a tmpfs", FileSystemFacts.Of(link)!.Volatile!.Name);
        Directory.Delete(Path.GetDirectoryName(link)!, recursive: true);
    }

    [Theory]
    [InlineData(0x01021994, "a tmpfs", true)]
    [InlineData(0x858458F6, "a ramfs", true)]
    [InlineData(0x958458F6, "a hugetlbfs", true)]
    [InlineData(0x794C7630, "an overlay", false)]
    [InlineData(0x61756673, "an aufs", false)]
    [InlineData(0x73717368, "a squashfs", false)]
    [InlineData(0xE0F5E1E2, "an erofs", false)]
    [InlineData(0x28CD3D45, "a cramfs", false)]
    [InlineData(0x453DCD28, "a cramfs", false)]
    [InlineData(0x7275, "a romfs", false)]
    [InlineData(0x9660, "an iso9660", false)]
    public void OfVolatile_AKindThatForgets_IsNamed(long magic, string name, bool isMemory) =>
        Assert.Equal(new FileSystemKind(name, isMemory), FileSystemKind.OfVolatile(magic));

    [Theory]
    [InlineData(0xEF53)] // ext4
    [InlineData(0x58465342)] // xfs
    [InlineData(0x9123683E)] // btrfs
    [InlineData(0x2FC12FC1)] // zfs
    [InlineData(0xF2F52010)] // f2fs
    [InlineData(0x24051905)] // ubifs
    public void OfVolatile_AKindOfDisks_IsNull(long magic) => Assert.Null(FileSystemKind.OfVolatile(magic));
}
