using System.Globalization;

namespace EdgeKms.Cluster.ApiServer;

/// <summary>What <c>/version</c> says; null where it doesn't.</summary>
/// <param name="GitVersion">Such as <c>v1.36.2</c> or <c>v1.31.5+k3s1</c>.</param>
/// <param name="Platform">Such as <c>linux/amd64</c>.</param>
internal sealed record ApiVersion(string? GitVersion, string? Platform)
{
    /// <summary>Beside the point of whoever asks: where there is no such answer, nothing is known.</summary>
    internal static async Task<ApiVersion> AskAsync(ApiClient api, CancellationToken cancellation)
    {
        var answer = await api.GetAsync("/version", cancellation);
        return answer.Succeeded ? new ApiVersion(Text("gitVersion"), Text("platform")) : new ApiVersion(null, null);

        string? Text(string name) => ApiStatus.Member(answer.Body.Span, name);
    }

    /// <summary>True where it is known to be older than a version such as 1.26.</summary>
    internal bool IsBefore(int major, int minor) =>
        GitVersion?.TrimStart('v').Split('.') is [var first, var second, ..]
        && int.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out var itsMajor)
        && int.TryParse(second, NumberStyles.None, CultureInfo.InvariantCulture, out var itsMinor)
        && (itsMajor, itsMinor).CompareTo((major, minor)) < 0;
}
