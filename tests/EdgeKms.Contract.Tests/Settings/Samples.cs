using EdgeKms.Contract.Settings;

namespace EdgeKms.Contract.Tests.Settings;

/// <summary>For every setting a value that is allowed and isn't the default: as canonical text, and as in JSON.</summary>
internal static class Samples
{
    public static string Text(Setting setting) =>
        setting.Kind switch
        {
            SettingKind.Text => "sample-1",
            SettingKind.FilePath => "/srv/sample",
            SettingKind.SocketPath => "/srv/sample.sock",
            SettingKind.Duration => DurationText.Format(TimeSpan.FromSeconds(setting.Min)) == setting.Default
                ? "2s"
                : DurationText.Format(TimeSpan.FromSeconds(setting.Min)),
            SettingKind.Count => setting.Max.ToString(),
            SettingKind.Switch => setting.Default == "true" ? "false" : "true",
            SettingKind.UserIds => "7,4294967294",
            SettingKind.Choice => setting.Choices.First(c => c != setting.Default),
            _ => throw new InvalidOperationException(),
        };

    public static string Json(Setting setting)
    {
        var text = Text(setting);
        var value = setting.Kind switch
        {
            SettingKind.Count or SettingKind.Switch => text,
            SettingKind.UserIds => $"[{text}]",
            _ => $"\"{text}\"",
        };
        var names = setting.Name.Split('.');
        return names.Length == 1
            ? $"{{ \"{names[0]}\": {value} }}"
            : $"{{ \"{names[0]}\": {{ \"{names[1]}\": {value} }} }}";
    }
}
