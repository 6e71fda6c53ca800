using EdgeKms.Cluster.Deploy;
using EdgeKms.Cluster.Tests.Repository;
using EdgeKms.Contract.Failures;

namespace EdgeKms.Cluster.Tests.Deploy;

/// <summary>A deployment that is stopped at each of its steps, in each way in which it can be.</summary>
public class InterruptionTests
{
    public static TheoryData<string, DeploymentTarget> Cases => GoldenTests.Cases;

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Deploy_CancelledAtEachStep_LeavesTheImageAsItWas(string name, DeploymentTarget target)
    {
        var golden = Before(name);
        var steps = await StepsOf(golden, target);
        for (var stop = 0; stop < steps; stop++)
        {
            using var image = new TestImage(golden);
            var before = image.Files();
            using var cancel = new CancellationTokenSource();
            image.OnStep = _ => CancelAt(image, cancel, stop);

            // Cancelled while the last file is written: it is complete, and nothing has to be taken back.
            if (stop < steps - 1)
                await Assert.ThrowsAnyAsync<OperationCanceledException>(Deploy);
            else
                await Deploy();

            if (stop < steps - 1)
                Assert.Equal(before, image.Files());

            Task Deploy() => image.Deploy(target, cancellation: cancel.Token);
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Deploy_KilledAtEachStep_IsCompletedByTheNext(string name, DeploymentTarget target)
    {
        var golden = Before(name);
        using var whole = new TestImage(golden);
        await whole.Deploy(target);
        for (var stop = 0; stop < whole.Steps.Count; stop++)
        {
            using var image = new TestImage(golden);
            image.OnStep = _ =>
            {
                if (image.Steps.Count == stop)
                    throw new KilledException();
            };
            await Assert.ThrowsAsync<KilledException>(() => image.Deploy(target));
            image.OnStep = static _ => { };

            await image.Deploy(target);

            Assert.Equal(whole.Files(), image.Files());
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Deploy_WhereAFileCannotBeWritten_TakesEverythingBackAndSaysSo(
        string name,
        DeploymentTarget target
    )
    {
        var golden = Before(name);
        using var plan = new TestImage(golden);
        var open = (await plan.Deploy(target, dryRun: true)).Files.Where(f => !f.IsDone).ToList();
        foreach (var change in open)
        {
            using var image = new TestImage(golden);
            // What the write makes first can't be made where a directory with something in it has its name.
            var blocked = Path.Combine(
                Path.GetDirectoryName(change.Path)!,
                ".edgekms-new-" + Path.GetFileName(change.Path)
            );
            image.Put(blocked + "/in-the-way", "");
            var before = image.Files();

            var failure = await Assert.ThrowsAsync<CommandException>(() => image.Deploy(target));

            Assert.Contains(failure.ExitCode, new[] { ExitCode.Io, ExitCode.Permission });
            Assert.Contains(change.Path, failure.Message, StringComparison.Ordinal);
            Assert.Equal(before, image.Files());
            Assert.Contains("Rolled back: everything is as it was", image.Steps);
        }
    }

    private static string Before(string name) =>
        SourceTree.At($"tests/EdgeKms.Cluster.Tests/Deploy/Golden/{name}/before");

    private static async Task<int> StepsOf(string golden, DeploymentTarget target)
    {
        using var image = new TestImage(golden);
        await image.Deploy(target);
        return image.Steps.Count;
    }

    private static void CancelAt(TestImage image, CancellationTokenSource cancel, int stop)
    {
        if (image.Steps.Count == stop)
            cancel.Cancel();
    }

    /// <summary>Stands for SIGKILL: nothing that would clean up catches it.</summary>
    private sealed class KilledException : Exception;
}
