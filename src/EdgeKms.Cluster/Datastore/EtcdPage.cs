using System.Buffers;
using System.Text;
using Grpc.Core;

namespace EdgeKms.Cluster.Datastore;

/// <summary>
/// What is needed of a RangeResponse (spec/proto/etcd-v3-kv.proto), read from the message as it was received: the generated parser
/// copies each value, which doubles time and memory of a page.
/// </summary>
/// <param name="Revision">Of etcd, when it answered.</param>
/// <param name="More">True where keys follow.</param>
/// <param name="Objects">In the order of their keys.</param>
/// <param name="LastKey">Key of the last object, as bytes; empty where there is none.</param>
/// <param name="Bytes">Length of the message.</param>
internal sealed record EtcdPage(
    long Revision,
    bool More,
    IReadOnlyList<StoredObject> Objects,
    byte[] LastKey,
    long Bytes
)
{
    // RangeResponse, ResponseHeader and KeyValue.
    private const int Header = 1;
    private const int Pairs = 2;
    private const int HasMore = 3;
    private const int HeaderRevision = 3;
    private const int PairKey = 1;
    private const int PairRevision = 3;
    private const int PairValue = 5;

    internal static EtcdPage Parse(DeserializationContext context)
    {
        var message = context.PayloadAsReadOnlySequence();
        return Parse(message.IsSingleSegment ? message.FirstSpan : message.ToArray());
    }

    /// <exception cref="InvalidDataException">The message is no RangeResponse.</exception>
    internal static EtcdPage Parse(ReadOnlySpan<byte> message)
    {
        var objects = new List<StoredObject>();
        var (revision, more) = (0L, false);
        ReadOnlySpan<byte> last = default;
        for (var reader = new WireReader(message); !reader.IsAtEnd; )
        {
            if (!reader.TryRead(out var field))
                throw Malformed();
            switch (field.Number, field.Type)
            {
                case (Header, WireField.Delimited):
                    revision = RevisionOf(field.Bytes);
                    break;
                case (Pairs, WireField.Delimited):
                    objects.Add(Stored(field.Bytes, out last));
                    break;
                case (HasMore, WireField.Varint):
                    more = field.Value != 0;
                    break;
                default:
                    break;
            }
        }
        return new EtcdPage(revision, more, objects, last.ToArray(), message.Length);
    }

    private static StoredObject Stored(ReadOnlySpan<byte> pair, out ReadOnlySpan<byte> key)
    {
        key = default;
        ReadOnlySpan<byte> value = default;
        var revision = 0L;
        for (var reader = new WireReader(pair); !reader.IsAtEnd; )
        {
            if (!reader.TryRead(out var field))
                throw Malformed();
            switch (field.Number)
            {
                case PairKey:
                    key = field.Bytes;
                    break;
                case PairRevision:
                    revision = unchecked((long)field.Value);
                    break;
                case PairValue:
                    value = field.Bytes;
                    break;
                default:
                    break;
            }
        }
        return new StoredObject(Encoding.UTF8.GetString(key), StoredValue.Parse(value), revision);
    }

    private static long RevisionOf(ReadOnlySpan<byte> header)
    {
        var revision = 0L;
        for (var reader = new WireReader(header); !reader.IsAtEnd; )
        {
            if (!reader.TryRead(out var field))
                throw Malformed();
            if (field is { Number: HeaderRevision, Type: WireField.Varint })
                revision = unchecked((long)field.Value);
        }
        return revision;
    }

    private static InvalidDataException Malformed() => new("no RangeResponse of etcd");
}
