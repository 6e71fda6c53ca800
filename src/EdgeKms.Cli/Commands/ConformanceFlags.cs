using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using EdgeKms.Cluster.Conformance;

namespace EdgeKms.Cli.Commands;

/// <summary>The options of "edgekms conformance".</summary>
internal sealed class ConformanceFlags
{
    private static readonly TimeSpan CommandLimit = TimeSpan.FromMinutes(2);

    private readonly Option<string?> socket = new("--socket")
    {
        Description = "The plugin's Unix socket: a path, unix:///path, or @name for an abstract socket.",
        HelpName = "PATH",
    };

    private readonly Option<string?> other = new("--other-socket")
    {
        Description = "Socket of another installation of the same plugin, for check 51.",
        HelpName = "PATH",
    };

    private readonly Option<string?> rotate = new("--rotate-command")
    {
        Description = "Makes the plugin change to a new key; run by /bin/sh -c. A full run rotates 80 times.",
        HelpName = "CMD",
    };

    private readonly Option<string?> restart = new("--restart-command")
    {
        Description = "Stops the plugin with SIGTERM and starts it again, or starts it when it doesn't run.",
        HelpName = "CMD",
    };

    private readonly Option<string?> kill = new("--kill-command")
    {
        Description = "Kills the plugin with SIGKILL; --restart-command then starts it.",
        HelpName = "CMD",
    };

    private readonly Option<string> checks = new("--checks")
    {
        Description = "Only these checks, such as 1,5-8,80a.",
        HelpName = "NUMBERS",
        DefaultValueFactory = _ => "1-98",
    };

    private readonly Option<string> kubernetes = new("--kubernetes")
    {
        Description =
            "The oldest Kubernetes version that the plugin must serve; before 1.32 the checks 6 and 7 are rules.",
        HelpName = "VERSION",
        DefaultValueFactory = _ => "1.32",
    };

    private readonly Option<string> authority = new("--authority")
    {
        Description =
            "What every call sends as :authority: localhost, the percent-encoded path, the path, @name, an empty one or none.",
        HelpName = "localhost|encoded|path|name|empty|none",
        DefaultValueFactory = _ => "localhost",
    };

    private readonly Option<int> timeout = new("--timeout")
    {
        Description = "Deadline of one call in seconds, as in the API server's configuration.",
        HelpName = "SECONDS",
        DefaultValueFactory = _ => 3,
    };

    private readonly Option<int> wait = new("--wait")
    {
        Description = "How many seconds a rotation or a restart may take to show.",
        HelpName = "SECONDS",
        DefaultValueFactory = _ => 30,
    };

    private readonly Option<bool> quick = new("--quick")
    {
        Description = "Smaller counts; leaves out what takes a minute.",
    };

    private readonly Option<bool> strict = new("--strict") { Description = "Broken S and P rules are failures too." };

    private readonly Option<string> format = new("--output", "-o")
    {
        Description = "Form of the report.",
        HelpName = "text|json",
        DefaultValueFactory = _ => "text",
    };

    public Option<bool> List { get; } = new("--list") { Description = "Show the checks instead of making them." };

    public void AddTo(Command command)
    {
        format.AcceptOnlyFromAmong("text", "json");
        authority.AcceptOnlyFromAmong("localhost", "encoded", "path", "name", "empty", "none");
        socket.Validators.Add(ValidateSocket);
        other.Validators.Add(ValidateSocket);
        checks.Validators.Add(result =>
        {
            if (!CheckSelection.TryParse(Text(result), out _, out var error))
            {
                result.AddError($"--checks: {error}");
            }
        });
        kubernetes.Validators.Add(result =>
        {
            if (!Version.TryParse(Text(result).TrimStart('v'), out _))
            {
                result.AddError($"--kubernetes: \"{Text(result)}\" is not a version such as 1.31");
            }
        });
        timeout.Validators.Add(ValidateSeconds);
        wait.Validators.Add(ValidateSeconds);
        foreach (Option option in (Option[])[socket, rotate, restart, kill, other, checks, kubernetes, authority])
        {
            command.Add(option);
        }

        foreach (Option option in (Option[])[timeout, wait, quick, strict, List, format])
        {
            command.Add(option);
        }
    }

    public bool IsJson(ParseResult parsed) => parsed.GetValue(format) == "json";

    /// <summary>The checks that --checks names; its validator has seen to it that the text can be read.</summary>
    public CheckSelection Selection(ParseResult parsed) =>
        CheckSelection.TryParse(parsed.GetValue(checks)!, out var selection, out _) ? selection : CheckSelection.All;

    /// <summary>What the library needs; <see langword="null"/> when there is no --socket.</summary>
    public ConformanceOptions? ToOptions(ParseResult parsed, Action<int, int, string> progress) =>
        Address(parsed.GetValue(socket)) is not { } plugin
            ? null
            : new ConformanceOptions
            {
                Plugin = plugin,
                Other = Address(parsed.GetValue(other)),
                Rotate = ToCommand(parsed.GetValue(rotate)),
                Restart = ToCommand(parsed.GetValue(restart)),
                Kill = ToCommand(parsed.GetValue(kill)),
                Checks = Selection(parsed),
                Kubernetes = Version.Parse(parsed.GetValue(kubernetes)!.TrimStart('v')),
                Authority = Enum.Parse<AuthorityForm>(parsed.GetValue(authority)!, ignoreCase: true),
                Timeout = TimeSpan.FromSeconds(parsed.GetValue(timeout)),
                Patience = TimeSpan.FromSeconds(parsed.GetValue(wait)),
                Quick = parsed.GetValue(quick),
                Strict = parsed.GetValue(strict),
                Progress = progress,
            };

    private static Func<CancellationToken, Task>? ToCommand(string? text) =>
        text is null ? null : new ShellCommand(text, CommandLimit, TimeProvider.System).RunAsync;

    private static PluginAddress? Address(string? text) =>
        text is not null && PluginAddress.TryParse(text, out var address) ? address : null;

    private static void ValidateSocket(OptionResult result)
    {
        if (!PluginAddress.TryParse(Text(result), out _))
        {
            result.AddError($"{result.Option.Name}: \"{Text(result)}\" is not the address of a Unix socket");
        }
    }

    private static void ValidateSeconds(OptionResult result)
    {
        // The parser itself complains about text that is no number; asking it for the value would throw here.
        if (
            int.TryParse(result.Tokens.SingleOrDefault()?.Value, CultureInfo.InvariantCulture, out var seconds)
            && seconds is < 1 or > 3600
        )
        {
            result.AddError($"{result.Option.Name}: 1 to 3600 seconds");
        }
    }

    private static string Text(OptionResult result) => result.GetValueOrDefault<string>() ?? "";
}
