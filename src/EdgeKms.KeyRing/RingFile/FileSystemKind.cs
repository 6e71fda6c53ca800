namespace EdgeKms.KeyRing.RingFile;

/// <summary>
/// A kind of file system that does not keep a key ring. The one table of them: <c>init</c> warns by it and the doctor judges
/// by it.
/// </summary>
/// <param name="Name">As findmnt names it, with its article: "a tmpfs".</param>
/// <param name="IsMemory">True: empty after a boot. False: an image, or a layer over one, which an update of the operating
/// system may exchange.</param>
public sealed record FileSystemKind(string Name, bool IsMemory)
{
    /// <summary>Null for any kind that is not known to forget.</summary>
    /// <param name="magic">From man 2 statfs and linux/magic.h.</param>
    public static FileSystemKind? OfVolatile(long magic) =>
        magic switch
        {
            0x01021994 => new("a tmpfs", IsMemory: true),
            0x858458F6 => new("a ramfs", IsMemory: true),
            0x958458F6 => new("a hugetlbfs", IsMemory: true),
            0x794C7630 => new("an overlay", IsMemory: false),
            0x61756673 => new("an aufs", IsMemory: false),
            0x73717368 => new("a squashfs", IsMemory: false),
            0xE0F5E1E2 => new("an erofs", IsMemory: false),
            0x28CD3D45 or 0x453DCD28 => new("a cramfs", IsMemory: false),
            0x00007275 => new("a romfs", IsMemory: false),
            0x00009660 => new("an iso9660", IsMemory: false),
            _ => null,
        };
}
