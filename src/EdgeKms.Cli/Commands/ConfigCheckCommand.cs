using System.CommandLine;
using System.Text.Json;
using EdgeKms.Contract.CommandLine;
using EdgeKms.Contract.Failures;
using EdgeKms.Contract.Settings;

namespace EdgeKms.Cli.Commands;

/// <summary><c>edgekms config check</c>.</summary>
internal sealed class ConfigCheckCommand : Command
{
    public ConfigCheckCommand(Session session)
        : base("check", "Check a configuration file; exit code 2 where it is wrong, with line and field.")
    {
        var file = new Argument<string?>("FILE")
        {
            Description = $"The file to check (default: --config, then {SettingTable.DefaultFile}).",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var output = new OutputOption();
        Arguments.Add(file);
        Options.Add(output);
        SetAction(parsed =>
        {
            var path =
                parsed.GetValue(file)
                ?? session.Settings.FileOf(parsed)
                ?? throw new CommandException(
                    ExitCode.Usage,
                    $"there is no {SettingTable.DefaultFile}",
                    "name the file to check; without a file the defaults are in force"
                );
            SettingsFile.Read(path);
            session.Terminal.Output.WriteLine(
                parsed.GetValue(output) == OutputFormat.Json
                    ? $$"""{ "file": "{{JsonEncodedText.Encode(path)}}", "valid": true }"""
                    : $"{path} is valid"
            );
        });
    }
}
