namespace EdgeKms.Contract.Settings;

/// <summary>Where a setting's value came from; a flag wins over the file, the file over the default.</summary>
public enum SettingOrigin
{
    Default,
    File,
    Flag,
}
