using System.Text.Json;

namespace EdgeKms.Cluster.Tests.Judge;

/// <summary>What kube-apiserver reads in a text, after its defaults, in the file's order.</summary>
internal sealed record JudgedModel(IReadOnlyList<JudgedEntry> Entries)
{
    /// <summary>The whole in a line; equal models have equal lines.</summary>
    public override string ToString() => string.Join("; ", Entries);

    internal static JudgedModel Of(JsonElement model) =>
        new([.. model.GetProperty("entries").EnumerateArray().Select(JudgedEntry.Of)]);
}

internal sealed record JudgedEntry(IReadOnlyList<string> Resources, IReadOnlyList<JudgedProvider> Providers)
{
    public override string ToString() => $"{string.Join(' ', Resources)}: {string.Join(", ", Providers)}";

    internal static JudgedEntry Of(JsonElement entry) =>
        new(
            [.. entry.GetProperty("resources").EnumerateArray().Select(r => r.GetString()!)],
            [.. entry.GetProperty("providers").EnumerateArray().Select(JudgedProvider.Of)]
        );
}

/// <param name="Kind"><c>kms</c>, <c>aescbc</c>, <c>aesgcm</c>, <c>secretbox</c> or <c>identity</c>.</param>
/// <param name="Kms">Of kind <c>kms</c> alone.</param>
/// <param name="Keys">Of <c>aescbc</c>, <c>aesgcm</c> and <c>secretbox</c>.</param>
internal sealed record JudgedProvider(string Kind, JudgedKms? Kms, IReadOnlyList<JudgedKey> Keys)
{
    public override string ToString() =>
        Kms is { } kms ? $"kms {kms}"
        : Keys.Count > 0 ? $"{Kind} {string.Join(' ', Keys)}"
        : Kind;

    internal static JudgedProvider Of(JsonElement provider)
    {
        string Text(string name) => provider.GetProperty(name).GetString()!;
        var kind = Text("kind");
        var kms =
            kind == "kms"
                ? new JudgedKms(
                    Text("name"),
                    Text("apiVersion"),
                    Text("endpoint"),
                    Text("timeout"),
                    provider.TryGetProperty("cachesize", out var size) ? size.GetInt32() : null
                )
                : null;
        JudgedKey[] keys = provider.TryGetProperty("keys", out var all)
            ? [.. all.EnumerateArray().Select(JudgedKey.Of)]
            : [];
        return new JudgedProvider(kind, kms, keys);
    }
}

/// <param name="Timeout">As Go writes it: <c>3s</c>, <c>1m30s</c>, <c>500ms</c>.</param>
/// <param name="CacheSize">Of v1 alone.</param>
internal sealed record JudgedKms(string Name, string ApiVersion, string Endpoint, string Timeout, int? CacheSize)
{
    public override string ToString() =>
        $"{Name} {ApiVersion} {Endpoint} {Timeout}" + (CacheSize is { } size ? $" cachesize {size}" : "");
}

/// <param name="Sha256">Of the decoded secret; lower-case hex.</param>
internal sealed record JudgedKey(string Name, string Sha256)
{
    public override string ToString() => $"{Name}={Sha256[..8]}";

    internal static JudgedKey Of(JsonElement key) =>
        new(key.GetProperty("name").GetString()!, key.GetProperty("sha256").GetString()!);
}

/// <param name="Error">Why kube-apiserver doesn't start with the text, in its words, the file being <c>FILE</c>; null where it does.</param>
/// <param name="Model">Null where it doesn't start.</param>
internal sealed record CheckedText(string? Error, JudgedModel? Model);

/// <param name="Error">Why the text was refused; null where the server works with it.</param>
/// <param name="Health">What is wrong with the plugins of a server that started; empty where nothing is.</param>
/// <param name="Unchanged">A hot reload of the text that is in force already, which does nothing.</param>
internal sealed record LoadedServer(string? Error, string Health, bool Unchanged);

/// <param name="Stored">Empty with an error.</param>
internal sealed record WrittenObject(string? Error, ReadOnlyMemory<byte> Stored);

/// <param name="Value">Empty with an error.</param>
/// <param name="Stale">An update that changes nothing would be written all the same.</param>
internal sealed record ReadObject(string? Error, ReadOnlyMemory<byte> Value, bool Stale);

/// <summary>What lies in the datastore at a key.</summary>
/// <param name="Resource"><c>secrets</c>, <c>things.example.com</c>.</param>
/// <param name="Key">With the datastore's prefix.</param>
/// <param name="Stored">The value.</param>
internal sealed record StoredObject(string Resource, string Key, ReadOnlyMemory<byte> Stored);
