using System.Text;
using EdgeKms.Daemon.Credentials;
using EdgeKms.KeyRing.Secrets;

namespace EdgeKms.Daemon.Tests;

/// <summary>The streams of a command in this process: what it prints is kept, and a script answers what it asks.</summary>
internal sealed class ScriptedStreams : IDisposable
{
    private readonly MemoryStream _output = new();
    private readonly StringWriter _error = new() { NewLine = "\n" };
    private readonly StreamWriter _writer;
    private readonly Queue<string> _answers;
    private readonly List<string> _asked = [];

    /// <param name="answers">One for each question; an empty one is a bare enter key.</param>
    internal ScriptedStreams(params string[] answers)
    {
        _answers = new Queue<string>(answers);
        _writer = new StreamWriter(_output, new UTF8Encoding(false)) { NewLine = "\n" };
        Io = new IoStreams(_writer, _error, _output, NextLine, Answer);
    }

    internal IoStreams Io { get; }

    /// <summary>The lines on standard input: who opens it reads the next one.</summary>
    internal Queue<string> Input { get; init; } = [];

    internal string Out
    {
        get
        {
            _writer.Flush();
            return Encoding.UTF8.GetString(_output.ToArray());
        }
    }

    internal string Error => _error.ToString();

    /// <summary>The questions, in order.</summary>
    internal IReadOnlyList<string> Asked => _asked;

    /// <summary>Answers that nobody asked for.</summary>
    internal int Unused => _answers.Count;

    public void Dispose()
    {
        _writer.Dispose();
        _output.Dispose();
        _error.Dispose();
    }

    private MemoryStream NextLine() => new(Input.TryDequeue(out var line) ? Encoding.UTF8.GetBytes(line + "\n") : []);

    private SecretBytes? Answer(string prompt)
    {
        _asked.Add(prompt);
        var answer = _answers.TryDequeue(out var next) ? next : throw new InvalidOperationException($"asked: {prompt}");
        return answer.Length == 0 ? null : SecretBytes.CopyOf(Encoding.UTF8.GetBytes(answer));
    }
}
