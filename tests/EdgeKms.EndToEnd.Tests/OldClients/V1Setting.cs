namespace EdgeKms.EndToEnd.Tests.OldClients;

/// <summary>How edgekmsd is told to serve KMS v1.</summary>
internal static class V1Setting
{
    /// <summary>The setting <c>kms.v1</c> as flags of <c>edgekmsd serve</c>.</summary>
    internal static readonly string[] On = ["--kms-v1", "true"];
}
