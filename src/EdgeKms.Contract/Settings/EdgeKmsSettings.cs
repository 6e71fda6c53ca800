using System.Globalization;

namespace EdgeKms.Contract.Settings;

/// <summary>The settings in force: defaults, then edgekms.json, then flags. Immutable.</summary>
public sealed class EdgeKmsSettings
{
    private readonly Dictionary<string, (string Text, SettingOrigin Origin)> _values = new(StringComparer.Ordinal);

    /// <param name="file">Values of the file, by name; checked by <see cref="SettingsFile"/>.</param>
    /// <param name="flags">Values of the flags, by name; checked by <c>SettingOptions</c>.</param>
    public EdgeKmsSettings(IReadOnlyDictionary<string, string> file, IReadOnlyDictionary<string, string> flags)
    {
        foreach (var setting in SettingTable.All)
        {
            _values[setting.Name] =
                flags.TryGetValue(setting.Name, out var flag) ? (flag, SettingOrigin.Flag)
                : file.TryGetValue(setting.Name, out var text) ? (text, SettingOrigin.File)
                : (setting.Default, SettingOrigin.Default);
        }
    }

    public string StateDirectory => Text(SettingTable.StateDirectory);

    public string NodeTokenFile =>
        Text(SettingTable.NodeTokenFile) is { Length: > 0 } path ? path : Path.Combine(StateDirectory, "node-token");

    public string ProviderName => Text(SettingTable.ProviderName);

    public string KmsSocket => Text(SettingTable.KmsSocket);

    public string KmsGroup => Text(SettingTable.KmsGroup);

    public IReadOnlyList<uint> KmsAllowedUids =>
        Text(SettingTable.KmsAllowedUids) is { Length: > 0 } text
            ? [.. text.Split(',').Select(p => uint.Parse(p, CultureInfo.InvariantCulture))]
            : [];

    public TimeSpan KmsTimeout => Duration(SettingTable.KmsTimeout);

    public int KmsMaxRequestBytes => Count(SettingTable.KmsMaxRequestBytes);

    public int KmsMaxConnections => Count(SettingTable.KmsMaxConnections);

    public int KmsMaxStreams => Count(SettingTable.KmsMaxStreams);

    public bool KmsAnyAuthority => Switch(SettingTable.KmsAnyAuthority);

    public bool KmsV1 => Switch(SettingTable.KmsV1);

    public string AdminSocket => Text(SettingTable.AdminSocket);

    public string ObserverSocket =>
        Text(SettingTable.ObserverSocket) is { Length: > 0 } path
            ? path
            : Path.Combine(Path.GetDirectoryName(AdminSocket)!, "observer.sock");

    /// <summary>Empty where nobody observes.</summary>
    public string ObserverGroup => Text(SettingTable.ObserverGroup);

    /// <summary>Empty where only root reports.</summary>
    public string ObserverReporter => Text(SettingTable.ObserverReporter);

    public TimeSpan RotationPeriod => Duration(SettingTable.RotationPeriod);

    public bool RotationPaused => Switch(SettingTable.RotationPaused);

    public int LockAfterOfflineDays => Count(SettingTable.LockAfterOfflineDays);

    /// <summary>Null when no backups are kept.</summary>
    public string? BackupDirectory => Text(SettingTable.BackupDirectory) is { Length: > 0 } path ? path : null;

    public int BackupKeep => Count(SettingTable.BackupKeep);

    public bool BackupRequired => Switch(SettingTable.BackupRequired);

    public int RetentionMinimumDays => Count(SettingTable.RetentionMinimumDays);

    public TimeSpan SelfTestInterval => Duration(SettingTable.SelfTestInterval);

    public string LogLevel => Text(SettingTable.LogLevel);

    /// <summary>True for JSON, false for text.</summary>
    public bool LogsJson => string.Equals(Text(SettingTable.LogFormat), "json", StringComparison.Ordinal);

    /// <summary>Canonical text of a value.</summary>
    public string Text(Setting setting) => _values[setting.Name].Text;

    /// <summary>Where a value came from.</summary>
    public SettingOrigin Origin(Setting setting) => _values[setting.Name].Origin;

    private TimeSpan Duration(Setting setting) =>
        DurationText.TryParse(Text(setting), out var value) ? value : throw new InvalidOperationException(setting.Name);

    private bool Switch(Setting setting) => string.Equals(Text(setting), "true", StringComparison.Ordinal);

    private int Count(Setting setting) => int.Parse(Text(setting), CultureInfo.InvariantCulture);
}
