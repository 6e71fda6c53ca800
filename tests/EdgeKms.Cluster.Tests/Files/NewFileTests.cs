using System.Text;
using EdgeKms.Cluster.Files;

namespace EdgeKms.Cluster.Tests.Files;

/// <summary>Files that appear whole, and take the place of nothing but what is expected.</summary>
public sealed class NewFileTests : IDisposable
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Write_FileThatIsThere_Stays()
    {
        var path = _directory.Write("kept-1", "a key that old backups need");

        Assert.Throws<IOException>(() => NewFile.Write(path, "another"u8, Private));

        Assert.Equal("a key that old backups need", File.ReadAllText(path));
        Assert.Single(Directory.GetFiles(_directory.Path));
    }

    [Fact]
    public void Write_New_IsPrivateAndWhole()
    {
        // What a killed process left.
        _directory.Write(".edgekms-new-kept-1", "half");

        NewFile.Write(_directory["kept-1"], "whole"u8, Private);

        Assert.Equal("whole", File.ReadAllText(_directory["kept-1"]));
        Assert.Equal(Private, File.GetUnixFileMode(_directory["kept-1"]));
        Assert.Single(Directory.GetFiles(_directory.Path));
    }

    /// <summary>What is there, what is expected, and what is there afterwards.</summary>
    [Theory]
    [InlineData("a", "a", "b")]
    [InlineData("theirs", "a", "theirs")]
    [InlineData("a\n", "a", "a\n")]
    [InlineData("", "a", "")]
    [InlineData(null, "a", null)]
    public void Exchange_File_IsReplacedOnlyWhereItSaysWhatIsExpected(
        string? there,
        string expected,
        string? afterwards
    )
    {
        var path = there is null ? _directory["enc.yaml"] : _directory.Write("enc.yaml", there);

        var isWritten = NewFile.Exchange(path, Encoding.UTF8.GetBytes(expected), "b"u8);

        Assert.Equal(there == expected, isWritten);
        Assert.Equal(afterwards, File.Exists(path) ? File.ReadAllText(path) : null);
        Assert.Equal(afterwards is null ? 0 : 1, Directory.GetFiles(_directory.Path).Length);
    }

    /// <summary>Somebody writes between the look and the exchange, and maybe again before his file has its name back.</summary>
    [Theory]
    [InlineData("ours", "his first", "his first")]
    [InlineData("his second", "his first", "his second")]
    public void GiveBack_WhateverHeWrote_HisLastIsThere(string there, string before, string afterwards)
    {
        var (path, beside) = (_directory.Write("enc.yaml", there), _directory.Write("beside", before));

        NewFile.GiveBack(path, beside, "ours"u8);

        Assert.Equal(afterwards, File.ReadAllText(path));
    }
}
