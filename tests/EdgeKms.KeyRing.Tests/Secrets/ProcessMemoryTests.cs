using System.Diagnostics;
using System.Runtime.InteropServices;
using EdgeKms.KeyRing.Secrets;

namespace EdgeKms.KeyRing.Tests.Secrets;

public sealed partial class ProcessMemoryTests
{
    private const string ChildVariable = "EDGEKMS_TEST_FORBID_DUMPS";

    [Fact]
    public async Task ForbidDumps_InAProcess_MakesItsCoreLimitZero()
    {
        if (Environment.GetEnvironmentVariable(ChildVariable) is not null)
        {
            Assert.True(ProcessMemory.ForbidDumps());
            var limit = File.ReadLines("/proc/self/limits")
                .Single(l => l.StartsWith("Max core file size", StringComparison.Ordinal));
            Assert.Equal(["0", "0"], limit.Split(' ', StringSplitOptions.RemoveEmptyEntries)[4..6]);
            Assert.Equal(0, prctl(3, 0, 0, 0, 0)); // PR_GET_DUMPABLE
            return;
        }
        // The limit can't be raised again: this test itself, in a process of its own.
        var self = Environment.ProcessPath!;
        string[] assembly = Path.GetFileName(self) == "dotnet" ? [typeof(ProcessMemoryTests).Assembly.Location] : [];
        string[] arguments = [.. assembly, "-method", $"*.{nameof(ForbidDumps_InAProcess_MakesItsCoreLimitZero)}"];
        var start = new ProcessStartInfo(self, arguments)
        {
            Environment = { [ChildVariable] = "1" },
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        using var child = Process.Start(start)!;
        var output = await child.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await child.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(child.ExitCode == 0, output);
    }

    [LibraryImport("libc")]
    private static partial int prctl(int option, nuint a, nuint b, nuint c, nuint d);
}
