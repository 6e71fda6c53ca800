using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace EdgeKms.Cluster.ControlPlane.Children;

/// <summary>
/// The thread that starts the children. PR_SET_PDEATHSIG (man 2 prctl) means the thread and not the process: a child that a
/// thread of the pool had started would be ended when the pool lets that thread go.
/// </summary>
[SuppressMessage(
    "Usage",
    "CA2213:Disposable fields should be disposed",
    Justification = "the thread still reads from the collection when Dispose returns, and disposes of it"
)]
internal sealed class ParentThread : IDisposable
{
    private readonly BlockingCollection<Action> _work = [];

    internal ParentThread() =>
        new Thread(() =>
        {
            foreach (var action in _work.GetConsumingEnumerable())
                action();
            _work.Dispose();
        })
        {
            IsBackground = true,
            Name = "parent of the children",
        }.Start();

    internal Task<T> RunAsync<T>(Func<T> start)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        _work.Add(() =>
        {
            try
            {
                done.SetResult(start());
            }
#pragma warning disable CA1031 // Carried over to whoever waits.
            catch (Exception e)
#pragma warning restore CA1031
            {
                done.SetException(e);
            }
        });
        return done.Task;
    }

    /// <summary>Ends the thread, which ends what it started: after the children.</summary>
    public void Dispose() => _work.CompleteAdding();
}
