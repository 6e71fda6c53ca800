// Purpose:    memory for keys, passphrases and codes, outside the garbage-collected heap.
// References: man 2 memfd_secret, mlock, madvise.
// Parameters: 1 to 1,048,576 bytes, rounded up to whole pages (4 KiB each).
// Limits:     memfd_secret (Linux 5.14, not readable through /proc/PID/mem or by the kernel's direct map) where there
//             is one; else anonymous pages, locked as far as RLIMIT_MEMLOCK allows. OpenSSL keeps its own key schedule.

using System.Runtime.InteropServices;
using System.Security.Cryptography;
using EdgeKms.KeyRing.Failures;

namespace EdgeKms.KeyRing.Secrets;

/// <summary>
/// A secret of fixed length. No text form, no equality, no serialiser; reached as a span through <see cref="Lease"/>.
/// The pages are kept out of core dumps and zeroed on release.
/// </summary>
public sealed unsafe class SecretBytes : SafeHandle
{
    /// <summary>Largest secret, in bytes (4,352 KEKs are 139,264).</summary>
    public const int MaxLength = 1_048_576;

    private readonly nuint _mapped;

    /// <summary>Zeroed memory.</summary>
    /// <param name="length">Bytes, 1 to <see cref="MaxLength"/>.</param>
    /// <exception cref="EdgeKmsException">The kernel gave no pages.</exception>
    public SecretBytes(int length)
        : this(length, preferSecretMemory: true) { }

    /// <summary>As above; without memfd_secret where <paramref name="preferSecretMemory"/> is false.</summary>
    internal SecretBytes(int length, bool preferSecretMemory)
        : base(nint.Zero, ownsHandle: true)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, MaxLength);
        Length = length;
        var page = (nuint)Environment.SystemPageSize;
        _mapped = ((nuint)length + page - 1) / page * page;
        var address = preferSecretMemory ? MapSecret(_mapped) : nint.Zero;
        if (address == nint.Zero)
        {
            address = Libc.mmap(0, _mapped, Libc.ProtReadWrite, Libc.MapPrivateAnonymous, -1, 0);
            if (address == -1)
                throw new EdgeKmsException(ErrorCode.StorageFailed, "the kernel gave no memory for a secret");
            _ = Libc.mlock(address, _mapped); // best effort: without it the pages may reach swap
            _ = Libc.madvise(address, _mapped, Libc.MadvWipeOnFork);
        }
        _ = Libc.madvise(address, _mapped, Libc.MadvDontDump);
        SetHandle(address);
    }

    /// <summary>Length in bytes.</summary>
    public int Length { get; }

    public override bool IsInvalid => handle == nint.Zero;

    /// <summary>Fresh random bytes from the operating system.</summary>
    public static SecretBytes Random(int length)
    {
        var secret = new SecretBytes(length);
        using var lease = secret.Lease();
        RandomNumberGenerator.Fill(lease.Span);
        return secret;
    }

    /// <summary>A copy of <paramref name="source"/>; the caller clears its own.</summary>
    public static SecretBytes CopyOf(ReadOnlySpan<byte> source)
    {
        var secret = new SecretBytes(source.Length);
        using var lease = secret.Lease();
        source.CopyTo(lease.Span);
        return secret;
    }

    /// <summary>Opens the secret for reading and writing; it can't be released before the lease is disposed.</summary>
    /// <exception cref="ObjectDisposedException">The secret was released.</exception>
    public SecretLease Lease() => new(this);

    internal Span<byte> DangerousSpan() => new((void*)handle, Length);

    protected override bool ReleaseHandle()
    {
        CryptographicOperations.ZeroMemory(new Span<byte>((void*)handle, Length));
        return Libc.munmap(handle, _mapped) == 0;
    }

    private static nint MapSecret(nuint length)
    {
        var descriptor = (int)Libc.syscall(Libc.SysMemfdSecret, Libc.CloseOnExec);
        if (descriptor < 0)
            return nint.Zero;
        var address =
            Libc.ftruncate(descriptor, (long)length) == 0
                ? Libc.mmap(0, length, Libc.ProtReadWrite, Libc.MapShared, descriptor, 0)
                : -1;
        _ = Libc.close(descriptor);
        return address == -1 ? nint.Zero : address;
    }
}
