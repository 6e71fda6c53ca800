namespace EdgeKms.EndToEnd.Tests.Provider;

/// <summary>The edgekms beside the edgekmsd under test.</summary>
internal static class CommandProgram
{
    /// <summary>Skips the test where only edgekmsd was built.</summary>
    internal static string Path
    {
        get
        {
            var path = System.IO.Path.Combine(System.IO.Path.GetDirectoryName(DaemonProgram.Path)!, "edgekms");
            Assert.SkipUnless(File.Exists(path), "edgekms is not beside edgekmsd: ./build.sh publishes both");
            return path;
        }
    }
}
