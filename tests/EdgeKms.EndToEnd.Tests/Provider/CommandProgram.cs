namespace EdgeKms.EndToEnd.Tests.Provider;

/// <summary>The edgekms beside the edgekmsd under test.</summary>
internal static class CommandProgram
{
    /// <exception cref="FileNotFoundException">Only edgekmsd was built.</exception>
    internal static string Path
    {
        get
        {
            var path = System.IO.Path.Combine(System.IO.Path.GetDirectoryName(DaemonProgram.Path)!, "edgekms");
            return File.Exists(path)
                ? path
                : throw new FileNotFoundException("edgekms is not beside edgekmsd: ./build.sh publishes both");
        }
    }
}
