namespace EdgeKms.Contract.Settings;

/// <summary>What a setting's value is, in JSON and on the command line.</summary>
public enum SettingKind
{
    /// <summary>JSON string.</summary>
    Text,

    /// <summary>JSON string: an absolute path of at most 4,096 bytes without a NUL.</summary>
    FilePath,

    /// <summary>JSON string: a path whose socket fits sockaddr_un, so at most 107 bytes.</summary>
    SocketPath,

    /// <summary>JSON string such as <c>30d</c>, <c>12h</c>, <c>60s</c>; whole numbers, one unit; range in seconds.</summary>
    Duration,

    /// <summary>JSON number, whole.</summary>
    Count,

    /// <summary>JSON true or false.</summary>
    Switch,

    /// <summary>JSON array of user ids (0 to 4,294,967,294); on the command line separated by commas.</summary>
    UserIds,

    /// <summary>JSON string: one of a closed list.</summary>
    Choice,
}
