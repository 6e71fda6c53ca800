using System.Text.Json.Serialization;

namespace EdgeKms.Cluster.Conformance;

/// <summary>What one check found.</summary>
public enum Outcome
{
    /// <summary>The rule is kept.</summary>
    [JsonStringEnumMemberName("pass")]
    Pass,

    /// <summary>An S or P rule is broken, or the advice inside an M rule is not followed.</summary>
    [JsonStringEnumMemberName("warn")]
    Warn,

    /// <summary>An M rule is broken (with --strict: any rule).</summary>
    [JsonStringEnumMemberName("fail")]
    Fail,

    /// <summary>The check could not be made; the reason says what is missing.</summary>
    [JsonStringEnumMemberName("skip")]
    Skip,
}
