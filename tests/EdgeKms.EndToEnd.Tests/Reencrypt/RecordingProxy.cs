using System.Text;
using EdgeKms.EndToEnd.Tests.Cluster;

namespace EdgeKms.EndToEnd.Tests.Reencrypt;

/// <summary>Passes every request on to an API server, and keeps what went through in both directions.</summary>
internal sealed class RecordingProxy : IAsyncDisposable
{
    private readonly StringBuilder _record = new();
    private readonly ApiFront _front;

    internal RecordingProxy(ApiServer api) =>
        _front = new ApiFront(api)
        {
            Before = (_, path) =>
                Task.FromResult(path.Split('?')[0] == Forbidden ? new FrontAnswer(403, null, []) : null),
            Passed = (method, path, body, answer) => Keep(method, path, body, answer.Body),
        };

    internal string Url => _front.Url;

    /// <summary>This path is forbidden, as for a user without a right to it.</summary>
    internal string? Forbidden { get; init; }

    internal string Record
    {
        get
        {
            lock (_record)
                return _record.ToString();
        }
    }

    internal void WriteKubeConfig(string path) => _front.WriteKubeConfig(path);

    public ValueTask DisposeAsync() => _front.DisposeAsync();

    private void Keep(string method, string path, byte[] body, byte[] answer)
    {
        lock (_record)
        {
            _record.Append(method).Append(' ').Append(path).Append('\n');
            _record.Append(Encoding.UTF8.GetString(body)).Append('\n');
            _record.Append(Encoding.UTF8.GetString(answer)).Append('\n');
        }
    }
}
