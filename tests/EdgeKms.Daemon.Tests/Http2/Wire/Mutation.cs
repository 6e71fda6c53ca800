namespace EdgeKms.Daemon.Tests.Http2.Wire;

/// <summary>Changes to what a client sent: of bits, bytes and stretches, anywhere, mostly behind the preface.</summary>
internal static class Mutation
{
    internal static byte[] Of(IReadOnlyList<byte[]> corpus, Random random)
    {
        var bytes = corpus[random.Next(corpus.Count)].ToList();
        for (var i = random.Next(1, 6); i > 0 && bytes.Count > 0; i--)
        {
            var at = random.Next(random.Next(20) == 0 ? 0 : Math.Min(24, bytes.Count - 1), bytes.Count);
            var length = Math.Min(random.Next(1, 20), bytes.Count - at);
            switch (random.Next(8))
            {
                case 0:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 2:
                    bytes.RemoveRange(at, length);
                    break;
                case 3:
                    bytes.InsertRange(at, bytes.GetRange(at, length));
                    break;
                case 4: // a frame's header
                    bytes.InsertRange(
                        at,
                        [
                            0,
                            0,
                            (byte)random.Next(30),
                            (byte)random.Next(11),
                            (byte)random.Next(64),
                            0,
                            0,
                            0,
                            (byte)random.Next(9),
                        ]
                    );
                    break;
                case 5:
                    var other = corpus[random.Next(corpus.Count)];
                    var from = random.Next(other.Length);
                    bytes.InsertRange(at, other.Skip(from).Take(random.Next(100)));
                    break;
                case 6:
                    bytes.RemoveRange(at, bytes.Count - at);
                    break;
                default:
                    bytes[at] = (byte)(random.Next(4) * 64 + random.Next(2));
                    break;
            }
        }
        return [.. bytes];
    }
}
