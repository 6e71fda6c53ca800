using System.Globalization;
using Grpc.Core;

namespace EdgeKms.Daemon.Metrics;

/// <summary>The 17 codes of gRPC by name, as <c>grpc-status</c> numbers them: a label with a bound.</summary>
internal static class KmsCode
{
    internal static readonly IReadOnlyList<string> Names = [.. Enumerable.Range(0, 17).Select(Name)];

    /// <summary>The code of a <c>grpc-status</c>; <see cref="StatusCode.Unknown"/> for what is none.</summary>
    internal static StatusCode Parse(string? status) =>
        int.TryParse(status, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number < Names.Count
            ? (StatusCode)number
            : StatusCode.Unknown;

    private static string Name(int number) => ((StatusCode)number).ToString();
}
