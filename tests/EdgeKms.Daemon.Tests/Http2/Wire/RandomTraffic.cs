using System.Globalization;

namespace EdgeKms.Daemon.Tests.Http2.Wire;

/// <summary>What a client might send on one connection: valid, but in every form that HTTP/2 and HPACK allow.</summary>
internal sealed class RandomTraffic(Random random)
{
    private readonly HpackEncoder _encoder = new(random);

    internal static string[] Authorities { get; } =
    [
        "%2Frun%2Fedgekms%2Fkms.sock",
        "@edgekms",
        "/run/edgekms/kms.sock",
        "/srv/a b/#1{ü}|~/kms.sock",
        "%2F" + new string('x', 300) + ".sock",
    ];

    /// <summary>Header fields of one call as gRPC clients have them, with some that change from call to call.</summary>
    internal static List<(string Name, string Value)> Fields(Random random, string? authority)
    {
        List<(string, string)> fields =
        [
            (":method", "POST"),
            (":scheme", "http"),
            (":path", random.Next(2) == 0 ? "/v2.KeyManagementService/Decrypt" : $"/{random.Next(50)}"),
        ];
        var place = random.Next(fields.Count + 1);
        if (authority is not null)
            fields.Insert(place, (":authority", authority));
        fields.Add(("content-type", "application/grpc"));
        fields.Add(("user-agent", "grpc-go/1.65.0"));
        fields.Add(("te", "trailers"));
        fields.Add(("grpc-timeout", random.Next(3_000_000).ToString(CultureInfo.InvariantCulture) + "u"));
        for (var i = random.Next(4); i > 0; i--)
            fields.Add(($"x-{random.Next(30)}", new string((char)random.Next('!', '~'), random.Next(60))));
        return fields;
    }

    /// <summary>The start of a connection, then calls, some of them open at the same time.</summary>
    internal byte[] Connection(string? authority, int calls)
    {
        var frames = new ClientFrames().Preface().Frame(ClientFrames.Settings, 0, 0);
        var open = new List<uint>();
        for (var call = 0; call < calls || open.Count > 0; )
        {
            if (call < calls && (open.Count == 0 || random.Next(2) == 0))
            {
                var id = (uint)(call++ * 2 + 1);
                var ends = random.Next(3) == 0;
                frames.Block(
                    id,
                    _encoder.Encode(Fields(random, authority)),
                    ends ? ClientFrames.EndStream : (byte)0,
                    random
                );
                if (!ends)
                    open.Add(id);
                continue;
            }
            var stream = open[random.Next(open.Count)];
            var data = new byte[random.Next(200)];
            random.NextBytes(data);
            switch (random.Next(8))
            {
                case 0:
                    frames.Frame(ClientFrames.Ping, 0, 0, data.Concat(new byte[8]).Take(8).ToArray());
                    break;
                case 1:
                    frames.Frame(ClientFrames.WindowUpdate, 0, stream, 0, 0, 1, 0);
                    break;
                case 2: // trailers
                    var trailers = _encoder.Encode([("x-trailer", $"{random.Next(100)}")]);
                    frames.Block(stream, trailers, ClientFrames.EndStream, random);
                    open.Remove(stream);
                    break;
                case < 5:
                    frames.Frame(ClientFrames.Data, ClientFrames.EndStream, stream, data);
                    open.Remove(stream);
                    break;
                default:
                    frames.Frame(ClientFrames.Data, 0, stream, data);
                    break;
            }
        }
        return frames.Take();
    }
}
