using System.Management.Automation;

namespace EdgeKms.PowerShell.Tests.Engine;

/// <summary>What a script put into each stream.</summary>
internal sealed record ScriptResult(
    IReadOnlyList<PSObject> Objects,
    IReadOnlyList<ErrorRecord> Errors,
    IReadOnlyList<string> Warnings,
    IReadOnlyList<string> Verbose,
    IReadOnlyList<string> Information
)
{
    /// <summary>The one object of a script that went well, for its members.</summary>
    internal dynamic Object => Only;

    /// <summary>The same, as what it is without PowerShell.</summary>
    internal object Value => Only.BaseObject;

    internal PSObject Only
    {
        get
        {
            Assert.Empty(Errors.Select(e => $"{e.FullyQualifiedErrorId}: {e}"));
            return Assert.Single(Objects);
        }
    }

    /// <summary>The only error.</summary>
    internal ErrorRecord Error => Assert.Single(Errors);

    internal object? this[string property] => Only.Properties[property]?.Value;
}
