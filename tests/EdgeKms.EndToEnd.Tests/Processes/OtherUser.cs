using System.Globalization;

namespace EdgeKms.EndToEnd.Tests.Processes;

/// <summary>Runs programs as a user without any right of root's.</summary>
internal static class OtherUser
{
    internal const uint Uid = 65534;

    /// <summary>Skips the test where the tests' own user can't become another.</summary>
    internal static void Require()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "needs root, to try it as another user");
        Assert.SkipUnless(File.Exists("/usr/bin/setpriv"), "needs setpriv (util-linux), to try it as another user");
        Assert.SkipUnless(File.Exists("/usr/bin/curl"), "needs curl, to connect as another user");
    }

    internal static Task<CommandResult> Run(string program, params IEnumerable<string> arguments) =>
        RunningProcess.Run("/usr/bin/setpriv", [.. Become(), program, .. arguments]);

    /// <summary>What the kernel says when this user connects to a Unix socket and sends an HTTP/1.1 request.</summary>
    internal static Task<CommandResult> Get(string socket, string path) =>
        Run("/usr/bin/curl", "-sS", "--max-time", "5", "--unix-socket", socket, "http://localhost" + path);

    /// <summary>KMS v2 Status, by hand: an empty gRPC message.</summary>
    internal static Task<CommandResult> KmsStatus(string socket) =>
        Run(
            "/bin/sh",
            "-c",
            "printf '\\0\\0\\0\\0\\0' | curl -sS --max-time 5 --http2-prior-knowledge --unix-socket \"$0\" "
                + "-H 'content-type: application/grpc' -H 'te: trailers' --data-binary @- --output - "
                + "http://localhost/v2.KeyManagementService/Status | tr -d '\\0'",
            socket
        );

    internal static IEnumerable<string> Become()
    {
        var id = Uid.ToString(CultureInfo.InvariantCulture);
        return ["--reuid", id, "--regid", id, "--clear-groups", "--no-new-privs"];
    }
}
