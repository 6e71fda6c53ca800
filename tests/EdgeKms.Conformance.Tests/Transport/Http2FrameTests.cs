using EdgeKms.Cluster.Conformance;

namespace EdgeKms.Conformance.Tests.Transport;

public class Http2FrameTests
{
    [Fact]
    public async Task Read_WhatWasWritten_IsTheSame()
    {
        var frame = new Http2Frame(Http2Frame.Data, Http2Frame.EndStreamOrAck, 0x7ffffffd, new byte[300]);

        var bytes = frame.ToBytes();
        var read = await Http2Frame.ReadAsync(new MemoryStream(bytes), CancellationToken.None);

        Assert.Equal("00012c00017ffffffd", Convert.ToHexStringLower(bytes.AsSpan(0, Http2Frame.HeaderSize)));
        Assert.Equal((frame.Type, frame.Flags, frame.Stream), (read.Type, read.Flags, read.Stream));
        Assert.Equal(frame.Payload, read.Payload);
    }

    [Theory]
    [InlineData(0, "0102", "0102")]
    [InlineData(8, "0201020000", "0102")]
    [InlineData(8, "ff0102", "")]
    [InlineData(8, "", "")]
    public void Content_Padding_IsTakenOff(byte flags, string payload, string expected) =>
        Assert.Equal(
            expected,
            Convert.ToHexStringLower(new Http2Frame(Http2Frame.Data, flags, 1, Convert.FromHexString(payload)).Content)
        );

    [Fact]
    public async Task Read_AnswerOfAnHttp1Server_IsNoFrame() =>
        await Assert.ThrowsAsync<ConformanceException>(() =>
            Http2Frame.ReadAsync(
                new MemoryStream("HTTP/1.1 400 Bad Request\r\n\r\n"u8.ToArray()),
                CancellationToken.None
            )
        );
}
