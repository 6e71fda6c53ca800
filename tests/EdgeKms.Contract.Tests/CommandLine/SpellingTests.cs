using EdgeKms.Contract.CommandLine;

namespace EdgeKms.Contract.Tests.CommandLine;

public class SpellingTests
{
    private static readonly string[] s_names = ["init", "status", "rotate", "--kms-socket"];

    [Theory]
    [InlineData("statsu", "status")]
    [InlineData("stauts", "status")]
    [InlineData("rotat", "rotate")]
    [InlineData("innit", "init")]
    [InlineData("--kms-sokcet", "--kms-socket")]
    [InlineData("Status", "status")]
    public void Nearest_TypingError_IsFound(string typed, string meant) =>
        Assert.Equal(meant, Spelling.Nearest(typed, s_names));

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("banana")]
    [InlineData("destroy")]
    public void Nearest_SomethingElse_IsNull(string typed) => Assert.Null(Spelling.Nearest(typed, s_names));

    [Fact]
    public void Nearest_VeryLongInput_IsNull() => Assert.Null(Spelling.Nearest(new string('s', 10_000), s_names));

    [Fact]
    public void Nearest_NoNames_IsNull() => Assert.Null(Spelling.Nearest("status", []));
}
