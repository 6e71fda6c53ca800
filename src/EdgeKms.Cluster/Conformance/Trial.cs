using System.Security.Cryptography;
using EdgeKms.Kms.V2;
using Grpc.Core;

namespace EdgeKms.Cluster.Conformance;

/// <summary>
/// What the checks of one run share: the plugin, the key ids that were seen, the samples kept for later.
/// </summary>
internal sealed class Trial : IDisposable
{
    private readonly Action<string> tell;
    private readonly List<string> announced = [];

    public Trial(ConformanceOptions options, Action<string> tell, CancellationToken stop)
    {
        Options = options;
        Stop = stop;
        this.tell = tell;
        Client = Connect();
    }

    public ConformanceOptions Options { get; }

    public CancellationToken Stop { get; }

    public TimeProvider Time => Options.Time;

    /// <summary>The client of the check that runs; each check begins with a new one.</summary>
    public PluginClient Client { get; private set; }

    /// <summary>One sample for each key id that was announced during the run, oldest first.</summary>
    public List<Sample> Kept { get; } = [];

    /// <summary>How often Status began to announce a key id, the first included.</summary>
    public int Announced => announced.Count;

    /// <summary>Key ids that came back after another one was announced in between.</summary>
    public List<string> Returned { get; } = [];

    /// <summary><paramref name="full"/>, or <paramref name="quick"/> with --quick.</summary>
    public int Count(int full, int quick) => Options.Quick ? quick : full;

    /// <summary>Shows on a terminal how far a long check has come.</summary>
    public void Tell(string text) => tell(text);

    public PluginClient Connect() => new(Options.Plugin, Options, Stop);

    public void Reconnect()
    {
        Client.Dispose();
        Client = Connect();
    }

    public Task PauseAsync(TimeSpan time) => Task.Delay(time, Time, Stop);

    public async Task<StatusResponse> StatusAsync()
    {
        var status = await Client.StatusAsync();
        if (announced.Count == 0 || announced[^1] != status.KeyId)
        {
            if (announced.Contains(status.KeyId))
            {
                Returned.Add(status.KeyId);
            }

            announced.Add(status.KeyId);
        }

        return status;
    }

    /// <summary>Encrypts random bytes; 32 is the size of kube-apiserver's DEK seed.</summary>
    public async Task<Sample> EncryptAsync(int size = 32)
    {
        var plaintext = RandomNumberGenerator.GetBytes(size);
        return new Sample(plaintext, await Client.EncryptAsync(plaintext));
    }

    public async Task<bool> RoundTripsAsync(Sample sample) =>
        sample.Matches(await Client.DecryptAsync(sample.Request()));

    /// <summary>Makes calls side by side, at most <paramref name="parallel"/> at once.</summary>
    public Task ParallelAsync(int count, int parallel, Func<int, Task> call)
    {
        var options = new ParallelOptions { MaxDegreeOfParallelism = parallel, CancellationToken = Stop };
        return Parallel.ForEachAsync(Enumerable.Range(0, count), options, async (i, _) => await call(i));
    }

    /// <summary>A token that ends a raw exchange: the plugin had <paramref name="time"/> for it.</summary>
    public CancellationTokenSource Limit(TimeSpan time)
    {
        var limit = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        limit.CancelAfter(time);
        return limit;
    }

    /// <summary>Keeps a sample under the key that is announced now, unless there is one.</summary>
    public async Task<Sample> KeepSampleAsync()
    {
        await StatusAsync();
        var sample = await EncryptAsync();
        if (!Kept.Exists(k => k.Wrapped.KeyId == sample.Wrapped.KeyId))
        {
            Kept.Add(sample);
        }

        return sample;
    }

    /// <summary>Rotates and waits until Status announces another key id, which it returns.</summary>
    public async Task<string> RotateAsync()
    {
        var before = (await StatusAsync()).KeyId;
        await Options.Rotate!(Stop);
        return await AnnouncedAfterAsync(before);
    }

    public async Task<string> AnnouncedAfterAsync(string before)
    {
        var start = Time.GetTimestamp();
        while (true)
        {
            var now = (await StatusAsync()).KeyId;
            if (now != before)
            {
                return now;
            }

            if (Time.GetElapsedTime(start) > Options.Patience)
            {
                throw new ConformanceException(
                    $"{Options.Patience.TotalSeconds:0} s after the rotate command Status still announces \"{now}\""
                );
            }

            await PauseAsync(TimeSpan.FromMilliseconds(20));
        }
    }

    /// <summary>Restarts the plugin and waits until it answers on a new connection.</summary>
    public async Task RestartAsync()
    {
        await Options.Restart!(Stop);
        await AnswersAsync();
    }

    /// <summary>Waits until Status answers on a new connection.</summary>
    public async Task AnswersAsync()
    {
        var start = Time.GetTimestamp();
        while (true)
        {
            Reconnect();
            try
            {
                await Client.StatusAsync();
                return;
            }
            catch (RpcException) when (Time.GetElapsedTime(start) < Options.Patience)
            {
                await PauseAsync(TimeSpan.FromMilliseconds(20));
            }
        }
    }

    public void Dispose() => Client.Dispose();
}
