using System.Management.Automation;
using System.Management.Automation.Runspaces;
using Shell = System.Management.Automation.PowerShell;

namespace EdgeKms.PowerShell.Tests.Engine;

/// <summary>A PowerShell engine with the module of this project imported.</summary>
internal sealed class Session : IDisposable
{
    private readonly string? _path = Environment.GetEnvironmentVariable("PATH");
    private readonly RecordingUserInterface _ui = new();
    private readonly Runspace _runspace;

    /// <param name="program">Directories where edgekms and edgekmsd are looked for first.</param>
    internal Session(params IEnumerable<string> program)
        : this(ModuleFiles.Manifest, program) { }

    /// <summary>As the other, with a copy of the module.</summary>
    internal Session(string manifest, IEnumerable<string> program)
    {
        Environment.SetEnvironmentVariable("PATH", string.Join(':', program.Append(_path)));
        var state = InitialSessionState.CreateDefault2();
        state.ImportPSModule([manifest]);
        _runspace = RunspaceFactory.CreateRunspace(new RecordingHost(_ui), state);
        _runspace.Open();
    }

    /// <summary>Labels of the choices to make at the next questions.</summary>
    internal void WillAnswer(params string[] labels)
    {
        foreach (var label in labels)
            _ui.Answers.Enqueue(label);
    }

    internal IReadOnlyList<string> Questions => _ui.Questions;

    /// <summary>All that was shown so far.</summary>
    internal string Screen => _ui.Screen;

    /// <summary>Runs a script; the variables are set before. A terminating error is the last of the errors.</summary>
    internal ScriptResult Run(string script, params IEnumerable<(string Name, object Value)> variables)
    {
        foreach (var (name, value) in variables)
            _runspace.SessionStateProxy.SetVariable(name, value);
        using var shell = Shell.Create(_runspace);
        shell.AddScript(script);
        var objects = new List<PSObject>();
        var errors = new List<ErrorRecord>();
        try
        {
            objects.AddRange(shell.Invoke());
        }
        catch (RuntimeException e)
        {
            errors.Add(e.ErrorRecord);
        }
        return new ScriptResult(
            objects,
            [.. shell.Streams.Error, .. errors],
            [.. shell.Streams.Warning.Select(w => w.Message)],
            [.. shell.Streams.Verbose.Select(v => v.Message)],
            [.. shell.Streams.Information.Select(i => i.ToString())]
        );
    }

    /// <summary>Runs a script as a console does: what comes out is shown.</summary>
    internal string Show(string script, params IEnumerable<(string Name, object Value)> variables)
    {
        var before = _ui.Screen.Length;
        var result = Run($"& {{ {script} }} | Out-Default", variables);
        Assert.Empty(result.Errors);
        return _ui.Screen[before..];
    }

    public void Dispose()
    {
        _runspace.Dispose();
        Environment.SetEnvironmentVariable("PATH", _path);
    }
}
