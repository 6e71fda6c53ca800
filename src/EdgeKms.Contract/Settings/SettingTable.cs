namespace EdgeKms.Contract.Settings;

/// <summary>
/// Every setting, once. The file's parser, the flags, <c>config show</c>, the JSON Schema and the reference page all
/// read this table.
/// </summary>
public static class SettingTable
{
    public const string DefaultFile = "/etc/edgekms/edgekms.json";

    public static readonly Setting StateDirectory = new(
        "stateDirectory",
        SettingKind.FilePath,
        "/var/lib/edgekms",
        "Directory of the key ring and its checkpoint; 0700, owned by the daemon's user."
    );

    public static readonly Setting NodeTokenFile = new(
        "nodeTokenFile",
        SettingKind.FilePath,
        "",
        "File of the node token that opens the ring at an unattended start; empty means node-token in stateDirectory."
    )
    {
        MayBeEmpty = true,
    };

    public static readonly Setting ProviderName = new(
        "providerName",
        SettingKind.Text,
        "edgekms",
        "Name of the provider in the EncryptionConfiguration; stored with every object, so it can't be changed later."
    );

    public static readonly Setting KmsSocket = new(
        "kms.socket",
        SettingKind.SocketPath,
        "/run/edgekms/kms.sock",
        "Unix socket that kube-apiserver calls."
    );

    public static readonly Setting KmsGroup = new(
        "kms.group",
        SettingKind.Text,
        "",
        "Group name or id that may connect to kms.socket: the socket is then 0660 instead of 0600."
    )
    {
        MayBeEmpty = true,
    };

    public static readonly Setting KmsAllowedUids = new(
        "kms.allowedUids",
        SettingKind.UserIds,
        "",
        "User ids that may call kms.socket besides root and the daemon's own user."
    );

    public static readonly Setting KmsTimeout = new(
        "kms.timeout",
        SettingKind.Duration,
        "3s",
        "Deadline that encryption-config asks kube-apiserver to set for each call."
    )
    {
        Min = 1,
        Max = 60,
    };

    public static readonly Setting KmsMaxRequestBytes = new(
        "kms.maxRequestBytes",
        SettingKind.Count,
        "65536",
        "Largest request in bytes; a larger one gets RESOURCE_EXHAUSTED."
    )
    {
        Min = 4096,
        Max = 1_048_576,
    };

    public static readonly Setting KmsMaxConnections = new(
        "kms.maxConnections",
        SettingKind.Count,
        "64",
        "Connections at once on all sockets together; kube-apiserver holds one for each provider entry."
    )
    {
        Min = 4,
        Max = 1024,
    };

    public static readonly Setting KmsMaxStreams = new(
        "kms.maxStreams",
        SettingKind.Count,
        "256",
        "Calls at once on one connection; the next ones wait. Kubernetes tests 100."
    )
    {
        Min = 100,
        Max = 4096,
    };

    public static readonly Setting KmsAnyAuthority = new(
        "kms.anyAuthority",
        SettingKind.Switch,
        "true",
        "Serves clients of KMS v1 and of Kubernetes before 1.32 too, whose :authority is the socket's path; false refuses them."
    );

    public static readonly Setting KmsV1 = new(
        "kms.v1",
        SettingKind.Switch,
        "false",
        "True serves the deprecated KMS v1 on kms.socket too; a rotation does not move objects that are stored with it."
    );

    public static readonly Setting AdminSocket = new(
        "admin.socket",
        SettingKind.SocketPath,
        "/run/edgekms/admin.sock",
        "Unix socket of the administrator's commands; always 0600."
    );

    public static readonly Setting ObserverSocket = new(
        "observer.socket",
        SettingKind.SocketPath,
        "",
        "Unix socket that shows status and metrics to observer.group, and nothing else; empty means observer.sock beside admin.socket."
    )
    {
        MayBeEmpty = true,
    };

    public static readonly Setting ObserverGroup = new(
        "observer.group",
        SettingKind.Text,
        "edgekms",
        "Group name or id that may connect to observer.socket; where there is no such group, or it is empty, there is no such socket."
    )
    {
        MayBeEmpty = true,
    };

    public static readonly Setting ObserverReporter = new(
        "observer.reporter",
        SettingKind.Text,
        "edgekms-reencrypt",
        "User name or id that may tell the daemon over observer.socket how far the re-encryption is and what a scan has counted."
    )
    {
        MayBeEmpty = true,
    };

    public static readonly Setting RotationPeriod = new(
        "rotation.period",
        SettingKind.Duration,
        "30d",
        "Age at which the active KEK is due for rotation."
    )
    {
        Min = 3_600,
        Max = 365 * 86_400L,
    };

    public static readonly Setting RotationPaused = new(
        "rotation.paused",
        SettingKind.Switch,
        "false",
        "True stops the schedule; \"edgekms rotate\" works all the same."
    );

    public static readonly Setting LockAfterOfflineDays = new(
        "node.lockAfterOfflineDays",
        SettingKind.Count,
        "0",
        "Days without the daemon after which the node token no longer opens the ring, until \"edgekms repair\"; 0 is never."
    )
    {
        Max = 3_650,
    };

    public static readonly Setting BackupDirectory = new(
        "backup.directory",
        SettingKind.FilePath,
        "",
        "Existing directory that gets a sealed backup at each change of the ring, best on another disk; empty means none."
    )
    {
        MayBeEmpty = true,
    };

    public static readonly Setting BackupKeep = new(
        "backup.keep",
        SettingKind.Count,
        "16",
        "Backups of this ring that stay in backup.directory; older ones are removed."
    )
    {
        Min = 1,
        Max = 10_000,
    };

    public static readonly Setting BackupRequired = new(
        "backup.required",
        SettingKind.Switch,
        "false",
        "True refuses a change of the ring, such as a rotation, whose backup can't be written; the service goes on."
    );

    public static readonly Setting RetentionMinimumDays = new(
        "retention.minimumDays",
        SettingKind.Count,
        "90",
        "Days after its retirement in which a KEK can't be destroyed, because backups of the datastore may need it."
    )
    {
        Max = 36_500,
    };

    public static readonly Setting SelfTestInterval = new(
        "selfTest.interval",
        SettingKind.Duration,
        "60s",
        "How often the daemon wraps and unwraps a test value with the active KEK."
    )
    {
        Min = 1,
        Max = 3_600,
    };

    public static readonly Setting LogLevel = new(
        "log.level",
        SettingKind.Choice,
        "information",
        "Least severe messages that the daemon writes to standard error."
    )
    {
        Choices = ["error", "warning", "information", "debug"],
    };

    public static readonly Setting LogFormat = new(
        "log.format",
        SettingKind.Choice,
        "text",
        "Lines for people, or one JSON object a line with a member for each value."
    )
    {
        Choices = ["text", "json"],
    };

    /// <summary>All settings in the order of the reference page.</summary>
    public static readonly IReadOnlyList<Setting> All =
    [
        StateDirectory,
        NodeTokenFile,
        ProviderName,
        KmsSocket,
        KmsGroup,
        KmsAllowedUids,
        KmsTimeout,
        KmsMaxRequestBytes,
        KmsMaxConnections,
        KmsMaxStreams,
        KmsAnyAuthority,
        KmsV1,
        AdminSocket,
        ObserverSocket,
        ObserverGroup,
        ObserverReporter,
        RotationPeriod,
        RotationPaused,
        LockAfterOfflineDays,
        BackupDirectory,
        BackupKeep,
        BackupRequired,
        RetentionMinimumDays,
        SelfTestInterval,
        LogLevel,
        LogFormat,
    ];
}
