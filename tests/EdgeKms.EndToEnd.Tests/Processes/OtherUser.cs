using System.Globalization;
using EdgeKms.EndToEnd.Tests.Provider;

namespace EdgeKms.EndToEnd.Tests.Processes;

/// <summary>Runs programs as a user without any right of root's.</summary>
internal static class OtherUser
{
    internal const uint Uid = 65534;

    private static readonly Lazy<string> s_programs = new(CopyPrograms);

    /// <summary>Skips the test where the tests' own user can't become another.</summary>
    internal static void Require()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "needs root, to try it as another user");
        Assert.SkipUnless(File.Exists("/usr/bin/setpriv"), "needs setpriv (util-linux), to try it as another user");
        Assert.SkipUnless(File.Exists("/usr/bin/curl"), "needs curl, to connect as another user");
    }

    internal static Task<CommandResult> Run(string program, params IEnumerable<string> arguments) =>
        RunningProcess.Run("/usr/bin/setpriv", [.. Become(), Reachable(program), .. arguments]);

    /// <summary>
    /// A program of ours where this user reaches it: a clone below /root or in a private home has a folder on the way that only its
    /// owner may enter. Another program stays where it is.
    /// </summary>
    internal static string Reachable(string program) =>
        Path.GetDirectoryName(program) == Path.GetDirectoryName(DaemonProgram.Path)
            ? Path.Combine(s_programs.Value, Path.GetFileName(program))
            : program;

    /// <summary>What the kernel says when this user connects to a Unix socket and sends an HTTP/1.1 request.</summary>
    internal static Task<CommandResult> Get(string socket, string path) =>
        Run("/usr/bin/curl", "-sS", "--max-time", "300", "--unix-socket", socket, "http://localhost" + path);

    /// <summary>KMS v2 Status, by hand: an empty gRPC message.</summary>
    internal static Task<CommandResult> KmsStatus(string socket) =>
        Run(
            "/bin/sh",
            "-c",
            "printf '\\0\\0\\0\\0\\0' | curl -sS --max-time 300 --http2-prior-knowledge --unix-socket \"$0\" "
                + "-H 'content-type: application/grpc' -H 'te: trailers' --data-binary @- --output - "
                + "http://localhost/v2.KeyManagementService/Status | tr -d '\\0'",
            socket
        );

    internal static IEnumerable<string> Become()
    {
        var id = Uid.ToString(CultureInfo.InvariantCulture);
        return ["--reuid", id, "--regid", id, "--clear-groups", "--no-new-privs"];
    }

    /// <summary>Both programs, since one starts the other from its own folder; with what lies beside them where they aren't native.</summary>
    private static string CopyPrograms()
    {
        var copies = new PrivateDirectory();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => copies.Dispose();
        var source = Path.GetDirectoryName(DaemonProgram.Path)!;
        var names = DaemonProgram.IsNative
            ? ["edgekmsd", "edgekms"]
            : Directory.GetFiles(source).Select(Path.GetFileName);
        foreach (var name in names)
        {
            File.Copy(Path.Combine(source, name!), copies.At(name!));
            File.SetUnixFileMode(copies.At(name!), (UnixFileMode)0b111_101_101);
        }
        return copies.Path;
    }
}
