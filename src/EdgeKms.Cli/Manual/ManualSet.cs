using EdgeKms.Cli.Commands;
using EdgeKms.Contract.CommandLine;

namespace EdgeKms.Cli.Manual;

/// <summary>Every page of the manual.</summary>
internal static class ManualSet
{
    public static IReadOnlyList<ManualPage> Of(EdgeKmsCommand root, ManualEdition edition)
    {
        var configuration = root.Options.Single(o => o.Name == "--config");
        return
        [
            CommandPage.OfProgram(root, edition),
            .. CommandPage.Shown(root).Select(command => CommandPage.OfCommand(command, configuration, edition)),
            DaemonPage.Of(KeyCommand.All(), new SettingOptions(), edition),
            SettingsPage.Of(edition),
        ];
    }
}
