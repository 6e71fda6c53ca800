using System.Collections;
using System.CommandLine;
using System.Globalization;

namespace EdgeKms.Cli.Manual;

/// <summary>An option or an argument as the pages show it.</summary>
internal static class OptionTerm
{
    /// <summary>The options that a page lists, in the order of the help.</summary>
    public static IEnumerable<Option> Shown(IEnumerable<Option> options) => options.Where(o => !o.Hidden);

    public static void Write(ManualPage page, Option option) =>
        page.Term(Label(option), Text(option.Description, option.Required, Default(option)));

    public static void Write(ManualPage page, Argument argument) =>
        page.Term(
            Roff.Italic(Name(argument)),
            Text(argument.Description, isRequired: false, argument.HasDefaultValue ? argument.GetDefaultValue() : null)
        );

    /// <summary><c>-o, --output text|json</c>, as roff.</summary>
    private static string Label(Option option)
    {
        var names = option.Aliases.Append(option.Name).OrderBy(n => n.Length).Select(Roff.Bold);
        var value = Value(option);
        return string.Join(", ", names) + (value.Length > 0 ? " " + Roff.Italic(value) : "");
    }

    /// <summary>What stands for the option's value; empty for a switch.</summary>
    public static string Value(Option option)
    {
        if (option.Arity.MaximumNumberOfValues == 0 || option.ValueType == typeof(bool))
            return "";
        return option.HelpName is { Length: > 0 } given ? given
            : string.Join(
                '|',
                option.GetCompletions(System.CommandLine.Completions.CompletionContext.Empty).Select(c => c.Label)
            )
                is { Length: > 0 } choices
                ? choices
            : option.Name.TrimStart('-').ToUpperInvariant();
    }

    public static string Name(Argument argument) => argument.HelpName ?? argument.Name;

    private static object? Default(Option option) =>
        option.HasDefaultValue && option.ValueType != typeof(bool) ? option.GetDefaultValue() : null;

    private static string Text(string? description, bool isRequired, object? usual)
    {
        var text = description ?? "";
        if (isRequired)
            text += " Required.";
        var value = usual switch
        {
            null => "",
            string s => s,
            IEnumerable several => string.Join(' ', several.Cast<object>()),
            _ => Convert.ToString(usual, CultureInfo.InvariantCulture)!,
        };
        // Some descriptions say it themselves.
        return value.Length > 0 && !text.Contains("(default ", StringComparison.Ordinal)
            ? $"{text} Default: {value}."
            : text;
    }
}
