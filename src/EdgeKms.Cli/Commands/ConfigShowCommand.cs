using System.CommandLine;
using EdgeKms.Cli.Configuration;
using EdgeKms.Contract.CommandLine;

namespace EdgeKms.Cli.Commands;

/// <summary><c>edgekms config show</c>.</summary>
internal sealed class ConfigShowCommand : Command
{
    public ConfigShowCommand(Session session)
        : base("show", "Print every setting in force and where its value comes from.")
    {
        var output = new OutputOption();
        Options.Add(output);
        SetAction(parsed =>
        {
            var listing = new SettingListing(session.Settings.FileOf(parsed), session.Settings.Read(parsed));
            if (parsed.GetValue(output) == OutputFormat.Json)
                session.Terminal.Output.WriteLine(listing.Json());
            else
                listing.Page().WriteTo(session.Terminal);
        });
    }
}
