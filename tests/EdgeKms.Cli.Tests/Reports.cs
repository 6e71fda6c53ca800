namespace EdgeKms.Cli.Tests;

/// <summary>Reports as the daemon writes them.</summary>
internal static class Reports
{
    public const string Absent = """
        {
          "version": "0.1.0",
          "state": "absent",
          "exitCode": 6,
          "problem": { "code": "ring-absent", "text": "there is no key ring", "hint": "run \"edgekms init\"" },
          "daemon": null,
          "ring": null,
          "sockets": [{ "name": "kms", "path": "/run/x", "answers": false }],
          "selfTest": null,
          "verdict": {
            "case": "bare",
            "text": "there is no key ring",
            "stopsApiServer": true,
            "canLoseData": false,
            "ways": [{ "command": "edgekms init", "why": "it makes one" }]
          }
        }
        """;
}
