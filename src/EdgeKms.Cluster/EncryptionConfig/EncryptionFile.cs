using System.Security.Cryptography;
using System.Text;
using EdgeKms.Cluster.Files;
using EdgeKms.Contract.Failures;

namespace EdgeKms.Cluster.EncryptionConfig;

/// <summary>
/// The API server's EncryptionConfiguration: read as kube-apiserver reads it, changed as text, so that the person's comments,
/// order, quoting and line ends stay. Each change is read again and must say what it should, or nothing comes of it. Immutable.
/// </summary>
public sealed class EncryptionFile
{
    private static readonly UTF8Encoding s_strict = new(false, throwOnInvalidBytes: true);

    private readonly string _text;
    private readonly bool _hasMark;
    private readonly IReadOnlyList<PlacedEntry> _placed;

    private EncryptionFile(byte[] bytes, string text, bool hasMark, string path)
    {
        (Bytes, _text, _hasMark, Path) = (bytes, text, hasMark, path);
        _placed = new ConfigurationReader(text, path).Read();
        Entries = [.. _placed.Select(p => p.Entry)];
    }

    public string Path { get; }

    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>In the order of the file; where two have a resource, the first one writes it and both are read.</summary>
    public IReadOnlyList<ConfiguredEntry> Entries { get; }

    /// <summary>As kube-apiserver's metric <c>last_config_info</c> has it.</summary>
    public string Hash => "sha256:" + Convert.ToHexStringLower(SHA256.HashData(Bytes.Span));

    /// <param name="bytes">UTF-8, at most 1 MiB.</param>
    /// <param name="path">For messages.</param>
    /// <exception cref="CommandException">Exit code 2: kube-apiserver could not decode it.</exception>
    public static EncryptionFile Parse(byte[] bytes, string path)
    {
        try
        {
            var text = s_strict.GetString(bytes);
            var hasMark = text.StartsWith('\ufeff');
            return new EncryptionFile(bytes, hasMark ? text[1..] : text, hasMark, path);
        }
        catch (DecoderFallbackException e)
        {
            throw new CommandException(ExitCode.Usage, $"{path} is not UTF-8 text", "correct the file", e);
        }
    }

    /// <exception cref="CommandException">Exit code 2: there is none, or kube-apiserver could not decode it; 8 or 9: it can't be read.</exception>
    public static EncryptionFile Read(string path) => Parse(CappedFile.Read(path), path);

    /// <summary>Null where kube-apiserver starts with it, else why it does not.</summary>
    public string? Refusal() => ConfigurationRules.Refuse(Entries);

    /// <summary>
    /// The providers of a resource, in their order: those of the entries that name it, else of the one with its group's
    /// wildcard, else of <c>*.*</c> (config.go, TransformerForResource). Empty where no entry covers it, which stores it in the
    /// clear.
    /// </summary>
    /// <param name="resource">Such as <c>secrets</c> or <c>deployments.apps</c>.</param>
    public IReadOnlyList<ConfiguredProvider> ProvidersOf(string resource) =>
        [.. EntriesOf(resource).SelectMany(i => Entries[i].Providers)];

    /// <summary>Indices of the entries that cover a resource.</summary>
    public IReadOnlyList<int> EntriesOf(string resource)
    {
        var (plural, group) = ResourceRules.Split(resource);
        foreach (var wanted in new[] { (plural, group), ("*", group), ("*", "*") })
        {
            int[] found =
            [
                .. Enumerable
                    .Range(0, Entries.Count)
                    .Where(i => Entries[i].Resources.Any(r => ResourceRules.Split(r) == wanted)),
            ];
            if (found.Length > 0)
                return found;
        }
        return [];
    }

    /// <summary>A line of the file as it may be shown: without the keys that stand in it.</summary>
    public string WithoutKeys(string line)
    {
        foreach (var key in _placed.SelectMany(p => p.Providers.Items).SelectMany(KeyTexts))
            line = line.Replace(key, "(key)", StringComparison.Ordinal);
        return line;
    }

    /// <summary>With one provider more.</summary>
    /// <exception cref="CommandException">Exit code 3: the file has a form that can't be edited safely.</exception>
    internal EncryptionFile Add(int entry, int index, ProviderText provider)
    {
        var wanted = Entries[entry].Providers.ToList();
        wanted.Insert(index, provider.Provider);
        return Edit(
            entry,
            wanted,
            e =>
                e.Providers.IsFlow
                    ? new FlowList(_text, e).Add(index, provider.Json)
                    : new BlockList(_text, e).Add(index, provider.Lines)
        );
    }

    internal EncryptionFile Remove(int entry, int index)
    {
        var wanted = Entries[entry].Providers.ToList();
        wanted.RemoveAt(index);
        return Edit(
            entry,
            wanted,
            e => e.Providers.IsFlow ? new FlowList(_text, e).Remove(index) : new BlockList(_text, e).Remove(index)
        );
    }

    internal EncryptionFile Move(int entry, int from, int to)
    {
        if (from == to)
            return this;
        var wanted = Entries[entry].Providers.ToList();
        var moved = wanted[from];
        wanted.RemoveAt(from);
        wanted.Insert(to, moved);
        return Edit(
            entry,
            wanted,
            e => e.Providers.IsFlow ? new FlowList(_text, e).Move(from, to) : new BlockList(_text, e).Move(from, to)
        );
    }

    /// <summary>With another socket for a KMS provider, in its place.</summary>
    internal EncryptionFile SetEndpoint(int entry, int index, string endpoint)
    {
        var wanted = Entries[entry].Providers.ToList();
        wanted[index] = wanted[index] with { Endpoint = endpoint };
        return Edit(
            entry,
            wanted,
            e =>
            {
                var kms = e.Providers.Items[index].Members.Find(m => m.Key.Text == "kms").Value;
                var value = kms.Members.Find(m => m.Key.Text == "endpoint").Value;
                var (start, end) = (value.Start.Index, value.End.Index);
                var line = _text[start..end].EndsWith('\n') ? "\n" : "";
                return _text[..start] + $"\"{endpoint}\"" + line + _text[end..];
            }
        );
    }

    /// <summary>A provider as JSON, to be written into another file; keys are carried along and never looked at.</summary>
    internal ProviderText Copy(int entry, int index) =>
        ProviderText.Copy(Entries[entry].Providers[index], JsonOf.Node(_placed[entry].Providers.Items[index]));

    /// <summary>True where both say the same, however they are written.</summary>
    internal bool SaysLike(EncryptionFile other) =>
        Entries.Count == other.Entries.Count && Entries.Zip(other.Entries).All(p => p.First.SaysLike(p.Second));

    /// <summary>Of a key over several lines each of them.</summary>
    private static IEnumerable<string> KeyTexts(YamlTreeNode provider) =>
        provider
            .Members.SelectMany(kind => kind.Value.Members)
            .Where(m => m.Key.Text == "keys")
            .SelectMany(m => m.Value.Items)
            .SelectMany(key => key.Members)
            .Where(m => m.Key.Text == "secret")
            .SelectMany(m => m.Value.Text.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries));

    private EncryptionFile Edit(int entry, IReadOnlyList<ConfiguredProvider> wanted, Func<PlacedEntry, string> edit)
    {
        EncryptionFile edited;
        try
        {
            edited = WithTrueComments(OfText(edit(_placed[entry])), entry);
        }
        catch (CommandException e) when (e.ExitCode == ExitCode.Usage)
        {
            throw CannotEdit(entry, e);
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException)
        {
            throw CannotEdit(entry, e);
        }
        var entries = Entries.ToList();
        entries[entry] = entries[entry] with { Providers = wanted };
        var isRight =
            edited.Entries.Count == entries.Count && edited.Entries.Zip(entries).All(p => p.First.SaysLike(p.Second));
        if (!isRight)
            throw CannotEdit(entry, new InvalidOperationException("it would say something else"));
        return LostComment(edited) is not { } comment
            ? edited
            : throw CannotEdit(entry, new InvalidOperationException($"it would lose the comment {comment}"));
    }

    private static EncryptionFile WithTrueComments(EncryptionFile file, int entry)
    {
        var (placed, providers) = (file._placed[entry], file.Entries[entry].Providers);
        if (placed.Providers.IsFlow)
            return file;
        for (var i = 0; i < providers.Count; i++)
        {
            if (providers[i].IsIdentity)
                return file.OfText(new BlockList(file._text, placed).WithTrueComments(i == 0, i));
        }
        return file;
    }

    private EncryptionFile OfText(string text) => Parse(s_strict.GetBytes(_hasMark ? '\ufeff' + text : text), Path);

    private string? LostComment(EncryptionFile edited)
    {
        var left = edited.Comments().ToList();
        return Comments().FirstOrDefault(c => !left.Remove(c));
    }

    /// <summary>The person's, not ours.</summary>
    private IEnumerable<string> Comments() =>
        _text.AsSpan().TrimStart() is ['{', ..]
            ? []
            : YamlTree
                .Comments(_text)
                .Select(c => c.Text)
                .Where(c => !ProviderText.IsOwnComment(c) && !ProviderText.IsOwnInnerComment(c));

    private CommandException CannotEdit(int entry, Exception? inner) =>
        new(
            ExitCode.Refused,
            $"{Path}: line {_placed[entry].ProvidersKey.Start.Line}: this list of providers is written in a form that can't be edited safely; nothing was written",
            "write it with a line for each provider that begins with a dash, then run the same command again",
            inner
        );
}
