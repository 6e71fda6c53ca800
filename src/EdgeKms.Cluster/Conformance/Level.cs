using System.Text.Json.Serialization;

namespace EdgeKms.Cluster.Conformance;

/// <summary>How binding a rule is (spec/conformance.md).</summary>
public enum Level
{
    /// <summary>
    /// M: kube-apiserver's code refuses or breaks otherwise, or the proto or the documentation says must.
    /// </summary>
    [JsonStringEnumMemberName("M")]
    Must,

    /// <summary>S: official advice.</summary>
    [JsonStringEnumMemberName("S")]
    Should,

    /// <summary>P: a rule of this project, not of upstream; other people's plugins may differ.</summary>
    [JsonStringEnumMemberName("P")]
    Project,
}
