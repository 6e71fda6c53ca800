using EdgeKms.Cluster.Conformance;

namespace EdgeKms.Conformance.Tests;

public class CheckSelectionTests
{
    [Theory]
    [InlineData("1", "1")]
    [InlineData("1,5-8", "1,5,6,7,8")]
    [InlineData(" 15 - 18 , 4", "4,15,17,18")]
    [InlineData("62-80", "62,67,68,69,70,71,72,74,80a")]
    [InlineData("80a", "80a")]
    [InlineData("57-58,57", "57,58")]
    public void TryParse_NumbersAndRanges_SelectsThem(string text, string expected)
    {
        Assert.True(CheckSelection.TryParse(text, out var selection, out var error));

        Assert.Null(error);
        Assert.Equal(expected, string.Join(',', ListedCheck.Select(selection).Select(c => c.Number)));
    }

    [Theory]
    [InlineData("", "neither a check number nor a range")]
    [InlineData("1,,2", "neither a check number nor a range")]
    [InlineData("-3", "neither a check number nor a range")]
    [InlineData("3-", "neither a check number nor a range")]
    [InlineData("0", "neither a check number nor a range")]
    [InlineData("1a2", "neither a check number nor a range")]
    [InlineData("99999999999", "neither a check number nor a range")]
    [InlineData("8-5", "runs backwards")]
    [InlineData("16", "does not make check 16")]
    [InlineData("80", "does not make check 80")]
    [InlineData("99-120", "does not make check 99-120")]
    public void TryParse_NoSelection_SaysWhy(string text, string expected)
    {
        Assert.False(CheckSelection.TryParse(text, out var selection, out var error));

        Assert.Null(selection);
        Assert.Contains(expected, error);
    }

    [Fact]
    public void Select_All_HasEachNumberOnceInOrder()
    {
        var numbers = ListedCheck.Select(CheckSelection.All).Select(c => c.Number).ToList();

        Assert.Equal(numbers.Distinct(), numbers);
        Assert.Equal(62, numbers.Count);
        Assert.Equal(numbers.OrderBy(n => int.Parse(n.TrimEnd('a'))), numbers);
    }
}
