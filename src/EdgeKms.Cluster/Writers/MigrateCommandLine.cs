using EdgeKms.Cluster.Text;

namespace EdgeKms.Cluster.Writers;

/// <summary>
/// The command that moves a cluster from one provider to another: alone it keeps everything readable at every step. No hint names
/// another way: <c>encryption-config</c> prints a file without the keys that stored objects are under.
/// </summary>
public static class MigrateCommandLine
{
    /// <summary>Where FILE stands for a name that isn't known here.</summary>
    private const string Unknown = "FILE (FILE: what kube-apiserver's --encryption-provider-config names)";

    /// <param name="file">The API server's configuration; null where it isn't known.</param>
    public static string ToKms(string? file) => $"edgekms migrate --to kms --encryption-config {Word(file)}";

    /// <param name="file">As for <see cref="ToKms"/>.</param>
    public static string ToIdentity(string? file) => $"edgekms migrate --to identity --encryption-config {Word(file)}";

    /// <summary>For a datastore that was put back to a day when another provider wrote: a kept file's providers are read as well.</summary>
    /// <param name="to">Kind of the provider that is to write.</param>
    /// <param name="file">As for <see cref="ToKms"/>.</param>
    /// <param name="kept">The kept file.</param>
    public static string WithReaders(string to, string? file, string kept) =>
        $"edgekms migrate --to {to} --encryption-config {Word(file)} --readers-from {ShellWord.Of(kept)}";

    /// <summary>Takes back the migration of a file that is under way.</summary>
    /// <param name="file">As for <see cref="ToKms"/>.</param>
    public static string Abort(string? file) => $"edgekms migrate --abort --encryption-config {Word(file)}";

    /// <summary>Lists what a file was before each migration.</summary>
    /// <param name="file">As for <see cref="ToKms"/>.</param>
    public static string History(string? file) => $"edgekms migrate --history --encryption-config {Word(file)}";

    /// <summary>For a provider of KMS v1 that has our name: KMS v2 can't have the same in one file.</summary>
    /// <param name="file">As for <see cref="ToKms"/>.</param>
    public static string Renamed(string? file) =>
        $"give the provider another name (providerName in edgekms.json), then \"{ToKms(file)}\"";

    private static string Word(string? file) => file is null ? Unknown : ShellWord.Of(Path.GetFullPath(file));
}
