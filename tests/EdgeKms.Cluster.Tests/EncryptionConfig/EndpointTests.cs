using EdgeKms.Cluster.EncryptionConfig;
using EdgeKms.Contract.Settings;

namespace EdgeKms.Cluster.Tests.EncryptionConfig;

/// <summary>Texts of a KMS provider as Go reads them: net/url, time.ParseDuration.</summary>
public sealed class EndpointTests
{
    [Theory]
    [InlineData("unix:///run/kms.sock", "/run/kms.sock")]
    [InlineData("unix:/run/kms.sock", "/run/kms.sock")]
    [InlineData("UNIX:///run/kms.sock", "/run/kms.sock")]
    [InlineData("unix:///run/a%20b%2fc.sock", "/run/a b/c.sock")]
    [InlineData("unix:///@abstract", "/@abstract")]
    [InlineData("unix://host-1/run/kms.sock", "/run/kms.sock")]
    [InlineData("unix://host", "")]
    [InlineData("unix://host:80/x", "/x")]
    [InlineData("unix://host:/x", "/x")]
    [InlineData("unix:///a?b=c", "/a")]
    [InlineData("unix:///a#b", "/a")]
    public void PathOf_Endpoint_IsTheSocketThatGoSees(string endpoint, string path)
    {
        Assert.Null(SocketEndpoint.RefuseText(endpoint));
        Assert.Equal(path, SocketEndpoint.PathOf(endpoint));
    }

    [Theory]
    [InlineData(null, "there is no endpoint")]
    [InlineData("", "there is no endpoint")]
    [InlineData("/run/kms.sock", "does not begin with unix://")]
    [InlineData("tcp://127.0.0.1:1", "does not begin with unix://")]
    [InlineData("unix", "does not begin with unix://")]
    [InlineData(":///run", "does not begin with unix://")]
    [InlineData("xunix:///run", "does not begin with unix://")]
    [InlineData("unix:///a%2", "is no URL")]
    [InlineData("unix:///a%", "is no URL")]
    [InlineData("unix:///a%zz", "is no URL")]
    [InlineData("unix:///a%20%2", "is no URL")]
    [InlineData("unix:///a\u0001", "is no URL")]
    [InlineData("unix:///a\u007f", "is no URL")]
    [InlineData("unix://a b/x", "no URL with a host that can be")]
    [InlineData("unix://[::1/x", "no URL with a host that can be")]
    [InlineData("unix://a:x/y", "no URL with a host that can be")]
    public void RefuseText_WhatGoDoesNotTake_SaysWhy(string? endpoint, string reason)
    {
        Assert.Contains(reason, SocketEndpoint.RefuseText(endpoint));
        Assert.Null(SocketEndpoint.PathOf(endpoint));
    }

    [Theory]
    [InlineData("/run/edgekms/kms.sock")]
    [InlineData("/run/a b%/ü?#.sock")]
    public void Of_Socket_IsReadBack(string socket)
    {
        Assert.Null(SocketEndpoint.Refuse(socket));
        Assert.Equal(socket, SocketEndpoint.PathOf(SocketEndpoint.Of(socket)));
    }

    [Fact]
    public void Refuse_AbstractSocket_SaysWhy() =>
        Assert.Contains("takes /@kms for an abstract socket", SocketEndpoint.Refuse("/@kms"));

    /// <summary>Nanoseconds; null where Go takes it for none.</summary>
    [Theory]
    [InlineData("3s", 3e9)]
    [InlineData("+3s", 3e9)]
    [InlineData("-3s", -3e9)]
    [InlineData("0", 0.0)]
    [InlineData("-0", 0.0)]
    [InlineData("0s", 0.0)]
    [InlineData("1m30s", 90e9)]
    [InlineData("1.5h", 5400e9)]
    [InlineData(".5s", 5e8)]
    [InlineData("5.s", 5e9)]
    [InlineData("300ms", 3e8)]
    [InlineData("7ns", 7.0)]
    [InlineData("1us", 1e3)]
    [InlineData("1µs", 1e3)]
    [InlineData("1μs", 1e3)]
    [InlineData("2562047h", 2562047 * 3600e9)]
    [InlineData("2562048h", null)]
    [InlineData("", null)]
    [InlineData("-", null)]
    [InlineData("3", null)]
    [InlineData("s", null)]
    [InlineData(".s", null)]
    [InlineData("1..5s", null)]
    [InlineData("3 s", null)]
    [InlineData(" 3s", null)]
    [InlineData("3S", null)]
    [InlineData("1d", null)]
    [InlineData("3s4", null)]
    [InlineData("1e3s", null)]
    [InlineData("--3s", null)]
    public void Parse_Duration_IsGos(string text, double? nanoseconds) =>
        Assert.Equal(nanoseconds, GoDuration.Parse(text));
}
