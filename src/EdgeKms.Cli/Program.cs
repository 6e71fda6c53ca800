using System.CommandLine;
using EdgeKms.Cli.Commands;

var root = new RootCommand("EdgeKms: a Kubernetes KMS provider for clusters on one machine.")
{
    ConformanceCommand.Create(),
};
var parsed = root.Parse(args);
var code = await parsed.InvokeAsync();

// System.CommandLine ends with 1 when it can't read the command line; 2 is this program's code for usage.
return parsed.Errors.Count > 0 ? 2 : code;
