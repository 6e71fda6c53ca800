using System.CommandLine;
using EdgeKms.Contract.Settings;

namespace EdgeKms.Cli.Commands;

/// <summary><c>edgekms config schema</c>.</summary>
internal sealed class ConfigSchemaCommand : Command
{
    public ConfigSchemaCommand(Session session)
        : base("schema", "Print the JSON Schema of edgekms.json.") =>
        SetAction(_ => session.Terminal.Output.Write(SettingsSchema.Write()));
}
