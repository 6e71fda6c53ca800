using System.Text.Json;
using EdgeKms.Contract.AdminApi;
using EdgeKms.Contract.CommandLine;
using EdgeKms.Daemon.Credentials;

namespace EdgeKms.Daemon.Repair;

/// <summary>What a repair found, plans and did: printed as it happens, or as one JSON report at the end.</summary>
internal sealed class RepairLog(OutputFormat output, bool dryRun, IoStreams io)
{
    private readonly List<string> _findings = [];
    private readonly List<string> _plan = [];
    private readonly List<string> _actions = [];
    private readonly List<string> _warnings = [];

    internal void Found(string text) => Add(_findings, "found: ", text);

    internal void Plan(string text) => Add(_plan, "plan:  ", text);

    internal void Done(string text) => Add(_actions, "done:  ", text);

    internal void Warn(string text)
    {
        _warnings.Add(text);
        io.Warn(text);
    }

    internal void End(bool daemonReloaded)
    {
        if (output == OutputFormat.Json)
        {
            var report = new RepairReport(_findings, _plan, _actions, _warnings, dryRun, daemonReloaded);
            io.Out.WriteLine(JsonSerializer.Serialize(report, AdminJson.Readable.RepairReport));
        }
        else if (_plan.Count == 0)
        {
            io.Out.WriteLine("nothing to repair");
        }
        else if (dryRun)
        {
            io.Out.WriteLine("nothing was changed (--dry-run)");
        }
    }

    private void Add(List<string> list, string word, string text)
    {
        list.Add(text);
        if (output == OutputFormat.Text)
            io.Out.WriteLine(word + text);
    }
}
