using EdgeKms.Cluster.Datastore;

namespace EdgeKms.Cluster.Scan;

/// <summary>What a stored form means for whoever rotates keys; the words of <see cref="Contract.Scan.ScanCount.State"/>.</summary>
internal static class ScanState
{
    internal const string Active = "active";
    internal const string Stale = "stale";
    internal const string Unreadable = "unreadable";
    internal const string Undecided = "undecided";
    internal const string Foreign = "foreign";
    internal const string Plain = "plain";
    internal const string KmsV1 = "kms-v1";
    internal const string NotCovered = "not-covered";

    /// <param name="value">What is stored.</param>
    /// <param name="isCovered">True where the resource has to be encrypted.</param>
    /// <param name="expected">Provider and key.</param>
    internal static string Of(StoredValue value, bool isCovered, ScanExpectation expected) =>
        value switch
        {
            { Form: StoredForm.Plain } => isCovered ? Plain : NotCovered,
            { Form: StoredForm.KmsV2 or StoredForm.KmsV1, KeyId: { } missing }
                when expected.IsOwn(value.Prefix) && expected.RingKeys?.Contains(missing) == false => Unreadable,
            { Form: StoredForm.KmsV1 } => KmsV1,
            { Form: StoredForm.KmsV2, KeyId: { } keyId } when expected.IsOwn(value.Prefix) => expected.ActiveKeyId
                is null
                ? Undecided
            : keyId == expected.ActiveKeyId ? Active
            : Stale,
            // What is neither encrypted nor Kubernetes' own form is a number or an address that the API server keeps for itself.
            { Form: StoredForm.Unknown, Prefix: null } when !isCovered => NotCovered,
            _ => Foreign,
        };
}
