using System.CommandLine;
using System.CommandLine.Parsing;

namespace EdgeKms.Contract.CommandLine;

/// <summary><c>-o text|json</c> of every command that prints a result. Letter case counts.</summary>
public sealed class OutputOption : Option<OutputFormat>
{
    /// <param name="name">Another long name, for a command whose <c>--output</c> is a file.</param>
    public OutputOption(string name = "--output")
        : base(name, "-o")
    {
        Description = "How to print the result (default text).";
        HelpName = "text|json";
        CustomParser = Parse;
        CompletionSources.Clear();
        CompletionSources.Add("text", "json");
    }

    private static OutputFormat Parse(ArgumentResult result)
    {
        switch (result.Tokens is [var token] ? token.Value : "")
        {
            case "text":
                return OutputFormat.Text;
            case "json":
                return OutputFormat.Json;
            default:
                result.AddError("option --output must be text or json");
                return OutputFormat.Text;
        }
    }
}
