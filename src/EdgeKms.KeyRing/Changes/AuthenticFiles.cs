using EdgeKms.KeyRing.Ring;
using EdgeKms.KeyRing.RingFile;
using EdgeKms.KeyRing.Secrets;

namespace EdgeKms.KeyRing.Changes;

/// <summary>
/// Which numbers on disk an administrator's credential vouches for. A file's name or a header that nobody authenticated never moves the
/// next generation; a generation under a later ring key does, as long as the same credential opens it.
/// </summary>
/// <param name="Numbers">Of the files whose header the ring key in their own slot made, whole bodies or not.</param>
/// <param name="IsMarkProven">True where one of those ring keys made the checkpoint.</param>
public sealed record AuthenticFiles(IReadOnlyList<int> Numbers, bool IsMarkProven)
{
    /// <param name="disk">The files.</param>
    /// <param name="ring">Files of other rings don't count.</param>
    /// <param name="ringKey">A ring key that is known; most files are authentic under it, and cost no stretching.</param>
    /// <param name="unlock">The ring key in a header's slots, by the credential; null where it opens none. It may be slow.</param>
    public static AuthenticFiles Of(
        RingSurvey disk,
        RingId ring,
        SecretBytes ringKey,
        Func<RingHeader, SecretBytes?> unlock
    )
    {
        var numbers = new List<int>();
        var isMarkProven = Made(disk, ringKey);
        foreach (var (number, file, _) in disk.Generations)
        {
            if (file is null || file.Header.Id != ring)
                continue;
            if (file.IsAuthentic(ringKey))
            {
                numbers.Add(number);
            }
            else if (unlock(file.Header) is { } other && file.IsAuthentic(other))
            {
                numbers.Add(number);
                isMarkProven |= Made(disk, other);
            }
        }
        return new AuthenticFiles(numbers, isMarkProven);
    }

    private static bool Made(RingSurvey disk, SecretBytes ringKey) =>
        disk.Checkpoint?.IsAuthentic(disk.CheckpointFile!, ringKey) == true;
}
