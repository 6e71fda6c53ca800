using System.Runtime.Versioning;

// Unix sockets with file modes, /bin/sh.
[assembly: SupportedOSPlatform("linux")]
