using System.Text;
using EdgeKms.Cluster.Datastore;
using EdgeKms.Etcd.V3;
using Google.Protobuf;

namespace EdgeKms.Cluster.Tests.Datastore;

/// <summary>The walk over a message, against the generated parser's own bytes.</summary>
public class EtcdPageTests
{
    private static RangeResponse Message() =>
        new()
        {
            Header = new ResponseHeader { Revision = 77 },
            More = true,
            Count = 3,
            Kvs =
            {
                new KeyValue
                {
                    Key = ByteString.CopyFromUtf8("/a"),
                    ModRevision = 5,
                    Value = ByteString.CopyFromUtf8("{}"),
                },
                new KeyValue { Key = ByteString.CopyFrom(0x2f, 0xff), ModRevision = 6 },
            },
        };

    [Fact]
    public void Parse_RealMessage_HasItsObjects()
    {
        var bytes = Message().ToByteArray();
        var page = EtcdPage.Parse(bytes);
        Assert.Equal((77, true, bytes.Length), (page.Revision, page.More, page.Bytes));
        Assert.Equal(
            [("/a", 5L, StoredForm.Plain), ("/\ufffd", 6L, StoredForm.Unknown)],
            page.Objects.Select(o => (o.Key, o.Revision, o.Value.Form))
        );
        // The next page begins behind the key's bytes, not behind their text.
        Assert.Equal([0x2f, 0xff], page.LastKey);
    }

    [Fact]
    public void Parse_MessageThatIsCutOff_IsAnErrorOrShorter()
    {
        var bytes = Message().ToByteArray();
        for (var length = 0; length < bytes.Length; length++)
        {
            try
            {
                Assert.InRange(EtcdPage.Parse(bytes.AsSpan(0, length)).Objects.Count, 0, 2);
            }
            catch (InvalidDataException)
            {
                // what gRPC reports as a message that can't be read
            }
        }
    }
}
