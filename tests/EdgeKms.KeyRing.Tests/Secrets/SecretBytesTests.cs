using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using EdgeKms.KeyRing.Secrets;

namespace EdgeKms.KeyRing.Tests.Secrets;

public sealed unsafe partial class SecretBytesTests
{
    [Fact]
    public void Secret_WhenReleased_IsZeroedInItsPages()
    {
        var secret = Given.Secret("a secret");
        var lease = secret.Lease();
        fixed (byte* at = lease.Span)
        {
            // A second view of the same pages (old size 0), which stays when the secret unmaps its own.
            var view = (byte*)mremap((nint)at, 0, 4096, 1, 0);
            Assert.SkipWhen((nint)view == -1, "no memfd_secret here: private pages can't be seen after their release");
            Assert.Equal(Given.Bytes("a secret"), new ReadOnlySpan<byte>(view, 32));
            secret.Dispose();
            Assert.Equal(Given.Bytes("a secret"), new ReadOnlySpan<byte>(view, 32));
            lease.Dispose();
            Assert.Equal(new byte[32], new ReadOnlySpan<byte>(view, 32));
            _ = munmap((nint)view, 4096);
        }
    }

    [Fact]
    public void Lease_OfADisposedSecret_KeepsTheBytesUntilItEnds()
    {
        var secret = Given.Secret("a secret");
        using (var lease = secret.Lease())
        {
            secret.Dispose();
            Assert.Equal(Given.Bytes("a secret"), lease.Span);
        }
        Assert.Throws<ObjectDisposedException>(() => secret.Lease().Dispose());
    }

    [Fact]
    public void Secret_AfterDispose_CannotBeLeased()
    {
        var secret = SecretBytes.Random(32);
        secret.Dispose();
        Assert.Throws<ObjectDisposedException>(() => secret.Lease().Dispose());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(SecretBytes.MaxLength + 1)]
    public void Secret_OfALengthThatIsNone_Throws(int length) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new SecretBytes(length).Dispose());

    [Theory]
    [InlineData(1)]
    [InlineData(4096)]
    [InlineData(4097)]
    [InlineData(SecretBytes.MaxLength)]
    public void Secret_WhenNew_IsZeroAndWritableInItsWholeLength(int length)
    {
        using var secret = new SecretBytes(length);
        using var lease = secret.Lease();
        Assert.Equal(length, lease.Span.Length);
        Assert.Equal(-1, lease.Span.IndexOfAnyExcept((byte)0));
        lease.Span.Fill(0xa5);
        Assert.Equal(-1, lease.Span.IndexOfAnyExcept((byte)0xa5));
    }

    [Fact]
    public void Secret_AsText_SaysNothing()
    {
        using var secret = Given.Text("hunter2");
        Assert.Equal(typeof(SecretBytes).FullName, ((object)secret).ToString());
        var methods = typeof(SecretBytes).GetMethods(BindingFlags.Public | BindingFlags.Static | BindingFlags.Instance);
        Assert.DoesNotContain(methods, m => m.Name is "op_Equality" or "op_Implicit" or "op_Explicit");
        Assert.DoesNotContain(methods, m => m.ReturnType == typeof(string) && m.DeclaringType == typeof(SecretBytes));
    }

    [Fact]
    public void Pages_OfASecret_AreNotDumped()
    {
        using var secret = Given.Secret("a secret");
        using var lease = secret.Lease();
        string[] flags;
        fixed (byte* at = lease.Span)
            flags = VmFlags((ulong)at);
        Assert.Contains("dd", flags); // VM_DONTDUMP
        Assert.Contains("lo", flags); // VM_LOCKED
    }

    private static string[] VmFlags(ulong address)
    {
        var inside = false;
        foreach (var line in File.ReadLines("/proc/self/smaps"))
        {
            var range = line.Split(' ')[0].Split('-');
            if (range.Length == 2 && ulong.TryParse(range[0], NumberStyles.HexNumber, null, out var from))
                inside = from <= address && address < ulong.Parse(range[1], NumberStyles.HexNumber);
            else if (inside && line.StartsWith("VmFlags:", StringComparison.Ordinal))
                return line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1..];
        }
        return [];
    }

    [LibraryImport("libc")]
    private static partial nint mremap(nint old, nuint oldSize, nuint newSize, int flags, nint address);

    [LibraryImport("libc")]
    private static partial int munmap(nint address, nuint length);
}
