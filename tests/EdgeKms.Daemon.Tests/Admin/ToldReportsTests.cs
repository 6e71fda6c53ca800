using System.Text;
using EdgeKms.Contract.AdminApi;
using EdgeKms.Daemon.Admin;
using EdgeKms.KeyRing.RingFile;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeKms.Daemon.Tests.Admin;

public sealed class ToldReportsTests : IDisposable
{
    private readonly TestMachine _machine = new();

    private string Ring => _machine.Stored!.Ring.Header.Id.Text;

    private string File => Path.Combine(_machine.Settings.StateDirectory, LastScanFile.Name);

    public void Dispose() => _machine.Dispose();

    /// <summary>As after a restart.</summary>
    private ToldReports Told() => new(_machine.Settings, NullLogger<ToldReports>.Instance);

    private Task<bool> Take(LastScanReport scan) => Told().TakeScanAsync(Admin.Told.Body(scan), Ring, default);

    [Fact]
    public async Task Scan_Told_SurvivesARestart()
    {
        Assert.Null(Told().Scan);
        var scan = Admin.Told.Scan(Ring, ("k1.a", false, 7), ("k9.z", true, 2));

        Assert.True(await Take(scan));

        var kept = Told().Scan!;
        Assert.Equal(scan with { Keys = kept.Keys }, kept);
        Assert.Equal(scan.Keys, kept.Keys);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, System.IO.File.GetUnixFileMode(File));
        Assert.Empty(FileModes.Find(_machine.Settings.StateDirectory, StateFiles.IsOfState));
        Assert.Equal(_machine.Stored!.Digest, _machine.Store.Load().Sealed.Digest);
    }

    [Fact]
    public async Task Scan_ToldTwice_IsTheLaterOne()
    {
        await Take(Admin.Told.Scan(Ring, ("k1.a", false, 7)));
        await Take(Admin.Told.Scan(Ring, ("k1.a", false, 8)));

        Assert.Equal(8, Told().Scan!.Keys![0].Objects);
    }

    [Fact]
    public async Task Scan_ThatNamesNoRing_IsOfTheRingThatServes()
    {
        await Take(Admin.Told.Scan(null));

        Assert.Equal(Ring, Told().Scan!.RingId);
    }

    [Fact]
    public async Task Scan_ToldWithoutAnyRing_IsNotKept()
    {
        var told = Told();

        Assert.True(await told.TakeScanAsync(Admin.Told.Body(Admin.Told.Scan(null)), null, default));

        Assert.NotNull(told.Scan);
        Assert.False(System.IO.File.Exists(File));
    }

    [Fact]
    public async Task Scan_OfAStateDirectoryThatIsMountedLate_IsFound()
    {
        await Take(Admin.Told.Scan(Ring));
        var away = File + ".away";
        System.IO.File.Move(File, away);
        var told = Told();
        Assert.Null(told.Scan);

        System.IO.File.Move(away, File);

        Assert.NotNull(told.Scan);
    }

    public static TheoryData<string> Broken =>
        [
            "",
            "{}",
            "[]",
            "null",
            """{"format":"edgekms-last-scan/1","scan":null}""",
            """{"format":"edgekms-last-scan/2","scan":SCAN}""",
            """{"format":"edgekms-last-scan/1","scan":SCAN,"more":1}""",
            """{"format":"edgekms-last-scan/1","scan":SCAN}x""",
            """{"format":"edgekms-last-scan/1","scan":NEGATIVE}""",
            """{"format":"edgekms-last-scan/1","scan":RINGLESS}""",
        ];

    [Theory]
    [MemberData(nameof(Broken))]
    public async Task Scan_OfAFileThatIsNone_IsDroppedUntilTheNext(string content)
    {
        await Take(Admin.Told.Scan(Ring));
        var whole = await System.IO.File.ReadAllTextAsync(File);
        var scan = whole[whole.IndexOf("\"scan\":", StringComparison.Ordinal)..][7..^1];
        await Write(
            content
                .Replace("SCAN", scan, StringComparison.Ordinal)
                .Replace(
                    "NEGATIVE",
                    scan.Replace(":100,", ":-100,", StringComparison.Ordinal),
                    StringComparison.Ordinal
                )
                .Replace(
                    "RINGLESS",
                    scan.Replace($"\"{Ring}\"", "null", StringComparison.Ordinal),
                    StringComparison.Ordinal
                )
        );
        var told = Told();
        Assert.Null(told.Scan);

        await told.TakeScanAsync(Admin.Told.Body(Admin.Told.Scan(Ring)), Ring, default);

        Assert.NotNull(Told().Scan);
    }

    [Fact]
    public async Task Scan_OfAFileThatOthersMayRead_IsDropped()
    {
        await Take(Admin.Told.Scan(Ring));
        System.IO.File.SetUnixFileMode(File, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);

        Assert.Null(Told().Scan);
    }

    [Fact]
    public async Task Scan_WhereTheFileCannotBeWritten_IsInMemory()
    {
        Directory.Delete(_machine.Settings.StateDirectory, recursive: true);
        var told = Told();

        Assert.True(await told.TakeScanAsync(Admin.Told.Body(Admin.Told.Scan(Ring)), Ring, default));

        Assert.NotNull(told.Scan);
    }

    public static TheoryData<LastScanReport> Refused
    {
        get
        {
            var good = Admin.Told.Scan("mJ2v0cPqT5o8aXyZ1bR3Lw", ("k1.a", false, 1));
            return new(
                good with
                {
                    Objects = -1,
                },
                good with
                {
                    Active = -1,
                },
                good with
                {
                    Stale = -1,
                },
                good with
                {
                    Foreign = -1,
                },
                good with
                {
                    Plain = -1,
                },
                good with
                {
                    KmsV1 = -1,
                },
                good with
                {
                    NotCovered = -1,
                },
                good with
                {
                    Objects = 1_000_000_000_001,
                },
                good with
                {
                    KeyId = "",
                },
                good with
                {
                    KeyId = new string('k', 1025),
                },
                good with
                {
                    Scope = new string('s', 257),
                },
                good with
                {
                    RingId = "another",
                },
                good with
                {
                    Keys = [new("k1.a", false, -1)],
                },
                good with
                {
                    Keys = [new("k1.a", false, 1_000_000_000_001)],
                },
                good with
                {
                    Keys = [new("", false, 1)],
                },
                good with
                {
                    Keys = [new(new string('k', 1025), false, 1)],
                },
                good with
                {
                    Keys = [null!],
                },
                good with
                {
                    Keys = [.. Enumerable.Range(0, 8193).Select(i => new StoredUnderKey($"k{i}.a", false, 1))],
                }
            );
        }
    }

    [Theory]
    [MemberData(nameof(Refused), DisableDiscoveryEnumeration = true)]
    public async Task TakeScan_OfWhatNoScanCanBe_IsRefused(LastScanReport scan)
    {
        Assert.False(await Take(scan));

        Assert.Null(Told().Scan);
    }

    [Fact]
    public async Task TakeScan_OfAsManyKeysAsMayBe_IsKept()
    {
        var keys = Enumerable
            .Range(0, LastScanReport.MaxKeys)
            .Select(i => ($"k{i}.nJ2oV3v0yZrN6mHkq0b1Wg", false, 1_000_000L));

        Assert.True(await Take(Admin.Told.Scan(Ring, [.. keys])));

        Assert.Equal(LastScanReport.MaxKeys, Told().Scan!.Keys!.Count);
    }

    [Fact]
    public async Task TakeScan_LongerThanItsFileMayBe_IsRefused()
    {
        using var body = new MemoryStream();
        await Admin.Told.Body(Admin.Told.Scan(Ring)).CopyToAsync(body, TestContext.Current.CancellationToken);
        body.Write(Encoding.ASCII.GetBytes(new string(' ', LastScanFile.MaxBytes)));
        body.Position = 0;

        Assert.False(await Told().TakeScanAsync(body, Ring, default));
    }

    [Fact]
    public async Task Take_OfABodyWithoutEnd_StopsReading()
    {
        using var endless = new Endless();

        Assert.False(await Told().TakeScanAsync(endless, Ring, default));
        Assert.False(await Told().TakeReencryptionAsync(endless, default));

        Assert.InRange(endless.Position, 1, 3 * LastScanFile.MaxBytes);
    }

    [Theory]
    [InlineData(-1L, 0L, false)]
    [InlineData(0L, -1L, false)]
    [InlineData(0L, 0L, true)]
    [InlineData(null, null, true)]
    public async Task TakeReencryption_WithANegativeCount_IsRefused(long? objects, long? stale, bool taken) =>
        Assert.Equal(
            taken,
            await Told()
                .TakeReencryptionAsync(
                    Admin.Told.Body(new ReencryptionReport("k1.a", "running", objects, stale, null, null)),
                    default
                )
        );

    private async Task Write(string content)
    {
        await using var file = new FileStream(File, FileMode.Truncate);
        await file.WriteAsync(Encoding.UTF8.GetBytes(content));
    }

    /// <summary>Blanks, which JSON passes over, as long as somebody reads.</summary>
    private sealed class Endless : Stream
    {
        private long _read;

        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => false;
        public override long Length => throw new NotSupportedException();
        public override long Position
        {
            get => _read;
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count)
        {
            buffer.AsSpan(offset, count).Fill((byte)' ');
            _read += count;
            return count;
        }

        public override void Flush() { }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
