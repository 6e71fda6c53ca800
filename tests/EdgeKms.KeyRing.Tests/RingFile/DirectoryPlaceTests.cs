using EdgeKms.KeyRing.Audit;
using EdgeKms.KeyRing.Failures;
using EdgeKms.KeyRing.Ring;
using EdgeKms.KeyRing.RingFile;
using EdgeKms.Testing;

namespace EdgeKms.KeyRing.Tests.RingFile;

/// <summary>A state directory that is a symbolic link, as on a machine whose operating system is an image.</summary>
public sealed class DirectoryPlaceTests : IDisposable
{
    private const uint Nobody = 65534;

    private readonly ScratchDirectory _home = new();
    private readonly string _data;
    private readonly string _link;

    public DirectoryPlaceTests()
    {
        (_data, _link) = (At("data"), At("link"));
        LinuxDirectory.Make(_data);
        Directory.CreateSymbolicLink(_link, _data);
    }

    public void Dispose() => _home.Dispose();

    [Theory]
    [InlineData("link")]
    [InlineData("link/")]
    [InlineData("relative")]
    [InlineData("chain")]
    public void Store_InALinkedDirectory_IsMadeLoadedAndAudited(string name)
    {
        Directory.CreateSymbolicLink(At("relative"), "data");
        Directory.CreateSymbolicLink(At("chain"), "link");
        var store = RingStore.Open(At(name), TimeProvider.System);
        store.MakeDirectories();
        using var held = new LinuxDirectory(At(name)).TryLock("lock");
        var stored = store.Commit(Given.FirstRing());

        Assert.True(stored.CheckpointIsWhole);
        Assert.Equal(stored.Digest, RingStore.Open(_data, TimeProvider.System).Load().Sealed.Digest);
        Assert.True(AuditLog.Open(At(name), TimeProvider.System).TryAppend(Entry));
        Assert.True(File.Exists(Path.Combine(_data, "audit", "audit-00000001.jsonl")));
    }

    [Fact]
    public void Read_InALinkedDirectoryThatOthersReach_NamesLinkTargetAndMode()
    {
        File.SetUnixFileMode(_data, (UnixFileMode)0b111_101_101);

        var detail = Given.Fails(ErrorCode.NotPrivate, () => new LinuxDirectory(_link).Read("file", 10)).Detail;

        Assert.Equal($"{_link} is a symbolic link to {_data}, which has mode 0755: it must be 0700", detail);
    }

    [Fact]
    public void Link_ThatPointsToNothing_SaysWhatToMountAndIsNotMade()
    {
        Directory.Delete(_data);

        var detail = Given.Fails(ErrorCode.StorageAbsent, () => new LinuxDirectory(_link).Read("file", 10)).Detail;

        Assert.Equal($"{_link} is a symbolic link that points to {_data}, which is not there: mount it", detail);
        var store = RingStore.Open(_link, TimeProvider.System);
        Given.Fails(ErrorCode.StorageAbsent, () => store.Load());
        Given.Fails(ErrorCode.StorageAbsent, () => store.Exists());
        Given.Fails(ErrorCode.StorageAbsent, store.MakeDirectories);
        Assert.False(AuditLog.Open(_link, TimeProvider.System).TryAppend(Entry));
        Assert.False(Directory.Exists(_data));
    }

    [Fact]
    public void Link_ToAFileOrToItself_IsRefusedWithWordsThatFit()
    {
        File.WriteAllText(At("file"), "x");
        Directory.CreateSymbolicLink(At("other"), At("file"));
        Directory.CreateSymbolicLink(At("loop"), At("loop"));

        Assert.EndsWith(
            "which is not a directory",
            Given.Fails(ErrorCode.NotPrivate, () => new LinuxDirectory(At("other")).List()).Detail
        );
        Assert.EndsWith(
            "leads to itself",
            Given.Fails(ErrorCode.NotPrivate, () => new LinuxDirectory(At("loop")).List()).Detail
        );
    }

    [Theory]
    [InlineData(0, 0, 0, true)] // root's link to root's directory, for root
    [InlineData(0, Nobody, 0, true)] // root works for the owner
    [InlineData(0, Nobody, Nobody, true)]
    [InlineData(Nobody, Nobody, Nobody, true)]
    [InlineData(Nobody, Nobody, 0, true)]
    [InlineData(Nobody, 0, 0, false)] // whoever owns the link could lead root to any directory
    [InlineData(1000, Nobody, 0, false)]
    [InlineData(1000, Nobody, Nobody, false)]
    [InlineData(0, 0, Nobody, false)] // another user's directory
    public void Link_OfAnOwner_IsFollowedOnlyIfItIsRootsOrTheDirectorysOwn(
        uint link,
        uint directory,
        uint user,
        bool isAccepted
    )
    {
        var status = new FileStatus(0x4000, 0x1C0, directory, 0, 0, 2, default);

        var refusal = new DirectoryPlace("/state", "/data", status, [0, link]).RefusalFor(user);

        Assert.Equal(isAccepted, refusal is null);
        if (link == 1000)
            Assert.Contains($"belongs to user {link}: it must belong to root or to user {directory}", refusal!.Text);
    }

    [Fact]
    public void Link_OfAnotherUserOnDisk_IsRefused()
    {
        ScratchDirectory.SkipUnlessRoot();
        Assert.Equal(0, ScratchDirectory.Run("chown", "-h", $"{Nobody}", _link));

        var detail = Given.Fails(ErrorCode.NotPrivate, () => new LinuxDirectory(_link).Read("file", 10)).Detail;

        Assert.Equal($"{_link} is a symbolic link that belongs to user {Nobody}: it must belong to root", detail);
    }

    [Fact]
    public void AuditLog_OfRootInALinkedDirectoryOfAnother_BelongsToTheTargetsOwner()
    {
        ScratchDirectory.SkipUnlessRoot();
        Assert.Equal(0, ScratchDirectory.Run("chown", $"{Nobody}", _data)); // the link stays root's

        Assert.True(AuditLog.Open(_link, TimeProvider.System).TryAppend(Entry));

        foreach (var name in (string[])["audit", "audit/audit-00000001.jsonl", "audit/audit.lock"])
            Assert.Equal(Nobody, FileStatus.Of(Path.Combine(_data, name))!.Value.User);
    }

    [Fact]
    public void File_ThatIsALink_IsNotFollowedInALinkedDirectoryEither()
    {
        File.WriteAllText(At("elsewhere"), "x");
        File.CreateSymbolicLink(Path.Combine(_data, "file"), At("elsewhere"));

        Given.Fails(ErrorCode.NotPrivate, () => new LinuxDirectory(_link).Read("file", 10));
    }

    private static AuditEntry Entry { get; } = new(AuditEvent.UnlockRefused) { Detail = "token-missing" };

    private string At(string name) => Path.Combine(_home.Path, name);
}
