using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using EdgeKms.KeyRing.Ring;

namespace EdgeKms.Daemon.Commands.Keys;

/// <summary>What a destruction does, in words, and the digest that carries just this out.</summary>
/// <param name="Lines">For people.</param>
/// <param name="Digest">SHA-256 of the lines, hex.</param>
internal sealed record DestructionPlan(IReadOnlyList<string> Lines, string Digest)
{
    internal static DestructionPlan Of(
        RingHeader ring,
        KekEntry key,
        string evidence,
        int olderGenerations,
        (int Files, string Folder)? backups
    )
    {
        List<string> lines =
        [
            Line($"destroy {key.Id.Text} of ring {ring.Id.Text}, generation {ring.Generation}: nothing brings it back"),
            Line($"evidence {evidence}: no stored object is under it"),
            Line($"delete {olderGenerations} older generations of the ring on this machine, which hold it too"),
        ];
        if (backups is var (files, folder))
            lines.Add(Line($"keep {files} sealed backups in {folder}: with the passphrase they still open it"));
        lines.Add("a backup of the datastore from its time becomes unreadable with this ring");
        var bytes = Encoding.UTF8.GetBytes(string.Join('\n', lines));
        return new DestructionPlan(lines, Convert.ToHexStringLower(SHA256.HashData(bytes)));
    }

    private static string Line(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
