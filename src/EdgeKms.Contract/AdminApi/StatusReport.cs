using System.Text.Json.Serialization;

namespace EdgeKms.Contract.AdminApi;

/// <summary>What <c>edgekms status -o json</c> prints and <c>GET /v1/status</c> on the admin socket returns. Dates are UTC.</summary>
/// <param name="Version">Version of the edgekmsd that answers.</param>
/// <param name="State"><c>unsealed</c>, <c>sealed</c>, <c>absent</c>, <c>damaged</c> or <c>stopped</c> (the ring is
/// readable, its header was not authenticated because no daemon runs).</param>
/// <param name="ExitCode">What <c>edgekms status</c> exits with.</param>
/// <param name="Problem">Why the state isn't unsealed and healthy; null when it is.</param>
/// <param name="Daemon">The serving process; null when none answers.</param>
/// <param name="Ring">The ring's header; null when there is none to read.</param>
/// <param name="Sockets">The sockets of the settings.</param>
/// <param name="SelfTest">Last self-test of the daemon; null when it has not run.</param>
/// <param name="Reencryption">What the re-encryption has told the daemon since its start; null where none has.</param>
/// <param name="LastScan">What the last scan of this ring has counted; null where it was not told.</param>
/// <param name="LastBackup">The last backup of this ring; null where the audit log knows of none.</param>
/// <param name="Rotation">The schedule; null where no daemon tells.</param>
/// <param name="Verdict">What is said of the ring, and the ways out; null in the report of an older daemon.</param>
/// <param name="KmsV1">True where <c>kms.v1</c> is on: a rotation does not move what is stored with KMS v1.</param>
/// <param name="Objects">What the ring has of the keys that the last scan counted; null where that is not known.</param>
public sealed record StatusReport(
    string Version,
    string State,
    int ExitCode,
    ProblemReport? Problem,
    DaemonReport? Daemon,
    RingReport? Ring,
    IReadOnlyList<SocketReport> Sockets,
    SelfTestReport? SelfTest,
    ReencryptionReport? Reencryption = null,
    LastScanReport? LastScan = null,
    LastBackupReport? LastBackup = null,
    RotationPolicyReport? Rotation = null,
    bool KmsV1 = false,
    VerdictReport? Verdict = null,
    ObjectsReport? Objects = null
)
{
    /// <summary>
    /// True where <see cref="Reencryption"/> is of the key that is active now: what was told of another one proves nothing any more.
    /// </summary>
    [JsonIgnore]
    public bool IsReencryptionCurrent =>
        Reencryption is { } told && (Ring is null || Ring.Keys.Any(k => k.State == "active" && k.Id == told.KeyId));
}
