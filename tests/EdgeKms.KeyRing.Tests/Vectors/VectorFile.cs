using System.Text;
using System.Text.Json;

namespace EdgeKms.KeyRing.Tests.Vectors;

/// <summary>One vector of spec/vectors.</summary>
internal sealed record Vector(JsonElement Json)
{
    internal string Name => Text("name");

    internal string Outcome => Text("outcome");

    internal bool IsOk => Outcome == "ok";

    internal bool Has(string name) => Json.TryGetProperty(name, out _);

    internal string Text(string name) => Json.GetProperty(name).GetString()!;

    internal int Number(string name) => Json.GetProperty(name).GetInt32();

    internal byte[] Bytes(string name) => Convert.FromHexString(Text(name));

    /// <summary>The file; where there is a <c>repeat</c> of a line, counted from 1, the line stands so many times in it.</summary>
    internal byte[] File()
    {
        if (!Has("repeat"))
            return Bytes("file");
        var repeat = Json.GetProperty("repeat").EnumerateArray().Select(n => n.GetInt32()).ToArray();
        var lines = Encoding.Latin1.GetString(Bytes("file")).Split('\n');
        var (before, line, after) = (lines[..(repeat[0] - 1)], lines[repeat[0] - 1], lines[repeat[0]..]);
        return Encoding.Latin1.GetBytes(
            string.Join('\n', [.. before, .. Enumerable.Repeat(line, repeat[1]), .. after])
        );
    }

    internal static string Directory => Path.Combine(AppContext.BaseDirectory, "vectors");

    /// <summary>The vectors of a format, by name.</summary>
    internal static TheoryData<string> Names(string format) => new(Read(format).Select(v => v.Name));

    internal static Vector Get(string format, string name) => Read(format).Single(v => v.Name == name);

    internal static IReadOnlyList<Vector> Read(string format)
    {
        using var document = JsonDocument.Parse(System.IO.File.ReadAllBytes(Path.Combine(Directory, format + ".json")));
        return [.. document.RootElement.GetProperty("vectors").EnumerateArray().Select(v => new Vector(v.Clone()))];
    }
}
