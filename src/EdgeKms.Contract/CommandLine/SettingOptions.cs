using System.CommandLine;
using EdgeKms.Contract.Settings;

namespace EdgeKms.Contract.CommandLine;

/// <summary>Every setting as an option, and <c>--config</c>; the same in both programs.</summary>
public sealed class SettingOptions
{
    private readonly Option<string?> _config = new("--config")
    {
        Description = $"Configuration file (default {SettingTable.DefaultFile}, where it exists).",
        HelpName = "FILE",
        Recursive = true,
    };

    private readonly List<(Setting Setting, Option<string?> Option)> _options = [];

    public SettingOptions()
    {
        foreach (var setting in SettingTable.All)
        {
            var option = new Option<string?>(setting.Flag)
            {
                Description =
                    $"{setting.Summary} [{setting.Name}, default {(setting.Default.Length == 0 ? "none" : setting.Default)}]",
                HelpName = HelpName(setting),
                Recursive = true,
                Hidden = true,
            };
            option.Validators.Add(result =>
            {
                if (result.GetValueOrDefault<string?>() is { } text && setting.Refuse(text) is { } reason)
                    result.AddError($"{setting.Flag} {reason}");
            });
            if (setting.Kind == SettingKind.Choice)
                option.CompletionSources.Add([.. setting.Choices]);
            _options.Add((setting, option));
        }
    }

    /// <summary>Adds them to the root command; they are recursive and hidden.</summary>
    public void AddTo(Command root)
    {
        root.Options.Add(_config);
        foreach (var (_, option) in _options)
            root.Options.Add(option);
    }

    /// <summary>Shows the settings' options in the help of every command (for <c>serve</c> and <c>config</c>).</summary>
    public void Show()
    {
        foreach (var (_, option) in _options)
            option.Hidden = false;
    }

    /// <summary>Hides <c>--config</c> from the help of a command that has another file of that name.</summary>
    public void HideFile() => _config.Hidden = true;

    /// <summary>The settings in force for this command line.</summary>
    /// <exception cref="Failures.CommandException">Exit code 2: the file is wrong.</exception>
    public EdgeKmsSettings Read(ParseResult command) => Read(command, FileOf(command));

    /// <summary>The same with a file that another option names; null is none.</summary>
    /// <exception cref="Failures.CommandException">Exit code 2: the file is wrong.</exception>
    public EdgeKmsSettings Read(ParseResult command, string? path)
    {
        var file = path is null ? new Dictionary<string, string>(StringComparer.Ordinal) : SettingsFile.Read(path);
        var flags = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (setting, option) in _options)
        {
            if (command.GetValue(option) is { } text)
                flags[setting.Name] = text;
        }
        return new EdgeKmsSettings(file, flags);
    }

    /// <summary>
    /// <c>--config</c> and the settings' options that this command line gives, as arguments for the other program.
    /// </summary>
    public IReadOnlyList<string> Given(ParseResult command)
    {
        var given = new List<string>();
        if (command.GetValue(_config) is { } file)
            given.Add($"{_config.Name}={file}");
        foreach (var (setting, option) in _options)
        {
            // One word: a value that starts with a hyphen would else be read as an option.
            if (command.GetValue(option) is { } text)
                given.Add($"{setting.Flag}={text}");
        }
        return given;
    }

    /// <summary>The file that <see cref="Read(ParseResult)"/> takes, or null where there is none.</summary>
    public string? FileOf(ParseResult command) =>
        command.GetValue(_config) ?? (File.Exists(SettingTable.DefaultFile) ? SettingTable.DefaultFile : null);

    private static string HelpName(Setting setting) =>
        setting.Kind switch
        {
            SettingKind.FilePath or SettingKind.SocketPath => "PATH",
            SettingKind.Duration => "TIME",
            SettingKind.Count => "N",
            SettingKind.Switch => "true|false",
            SettingKind.UserIds => "UID,…",
            SettingKind.Choice => string.Join('|', setting.Choices),
            _ => "TEXT",
        };
}
