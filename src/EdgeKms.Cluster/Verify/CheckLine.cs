using EdgeKms.Cluster.ApiServer;

namespace EdgeKms.Cluster.Verify;

/// <summary>The result of one check.</summary>
/// <param name="Name">Stable name, such as <c>key-id</c>.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="Detail">What was found.</param>
/// <param name="Cause">Of a failure: why; else null.</param>
/// <param name="Next">Of a failure: what to run; else null.</param>
public sealed record CheckLine(string Name, CheckOutcome Outcome, string Detail, string? Cause, string? Next)
{
    internal static CheckLine Ok(string name, string detail) => new(name, CheckOutcome.Ok, detail, null, null);

    internal static CheckLine Skipped(string name, string detail) =>
        new(name, CheckOutcome.Skipped, detail, null, null);

    internal static CheckLine Failed(string name, string detail, string cause, string next) =>
        new(name, CheckOutcome.Failed, detail, cause, next);

    /// <summary>A failure with a text of the API server, explained where it is known.</summary>
    internal static CheckLine Explained(string name, string detail, string text) =>
        KnownErrors.Find(text) is { } known
            ? Failed(name, detail, known.Cause, known.Next)
            : Failed(name, detail, "not a text that EdgeKms knows", "edgekms doctor, then the log of the API server");
}
