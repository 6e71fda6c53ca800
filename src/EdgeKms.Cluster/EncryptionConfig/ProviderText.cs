using EdgeKms.Contract.Settings;

namespace EdgeKms.Cluster.EncryptionConfig;

/// <summary>One element of a list of providers, as lines of YAML without indentation; the first begins with <c>- </c> or is a comment.</summary>
/// <param name="Provider">What it says.</param>
/// <param name="Lines">How it says it.</param>
public sealed record ProviderText(ConfiguredProvider Provider, IReadOnlyList<string> Lines)
{
    private const string InTheClear =
        "# First: everything that is written is stored in the clear. Only on the way out of encryption.";

    private const string StayReadable =
        "# Last: objects that were stored before encryption stay readable, nothing new is stored in the clear.";

    private const string TakeOut = "# Take it out (--identity none) once every object is encrypted.";

    /// <summary>A KMS v2 provider. Texts are quoted: a provider may be named "1" or "no".</summary>
    public static ProviderText Kms(string name, string socketPath, TimeSpan timeout) =>
        new(
            new ConfiguredProvider("kms", name, "v2", SocketEndpoint.Of(socketPath)),
            [
                "- kms:",
                "    # Not v1: that is what kube-apiserver takes when this line is missing.",
                "    apiVersion: v2",
                "    # Stored with every object; it can't be changed later.",
                $"    name: \"{name}\"",
                $"    endpoint: \"{SocketEndpoint.Of(socketPath)}\"",
                $"    timeout: {DurationText.Format(timeout)}",
            ]
        );

    /// <summary>The provider that stores in the clear, with a comment that says what its place means.</summary>
    public static ProviderText Identity(bool isFirst) =>
        new(
            new ConfiguredProvider("identity", null, null, null),
            isFirst ? [InTheClear, "- identity: {}"] : [StayReadable, TakeOut, "- identity: {}"]
        );

    /// <summary>Comments of ours, which are not true any more at another place.</summary>
    internal static bool IsOwnComment(string line) => line.Trim() is InTheClear or StayReadable or TakeOut;
}
