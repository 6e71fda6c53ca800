using EdgeKms.Cluster.Conformance;

namespace EdgeKms.Conformance.Tests.Encrypt;

public class AnnotationKeyTests
{
    [Theory]
    [InlineData("kek.example")]
    [InlineData("kek.example.")]
    [InlineData("local-kek.kms.example.io")]
    [InlineData("0.1")]
    public void Problem_DomainName_IsNone(string key) => Assert.Null(AnnotationKey.Problem(key));

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("kek")]
    [InlineData("kek.example..")]
    [InlineData("kms.example.io/remote-kms-auditid")]
    [InlineData("Kek.example")]
    [InlineData("kek_1.example")]
    [InlineData("-kek.example")]
    [InlineData("kek-.example")]
    [InlineData("k\u00e9k.example")]
    public void Problem_AnythingElse_IsNamed(string key) => Assert.NotNull(AnnotationKey.Problem(key));

    [Fact]
    public void Problem_Lengths_FollowDns()
    {
        Assert.Null(AnnotationKey.Problem(new string('a', 63) + ".b"));
        Assert.NotNull(AnnotationKey.Problem(new string('a', 64) + ".b"));
        var longest = string.Join('.', Enumerable.Repeat(new string('a', 62), 4)) + ".b";
        Assert.Equal(253, longest.Length);
        Assert.Null(AnnotationKey.Problem(longest));
        Assert.NotNull(AnnotationKey.Problem(longest + "b"));
    }
}
