using EdgeKms.Contract.Failures;
using EdgeKms.KeyRing.RingFile;

namespace EdgeKms.Daemon.Doctor;

/// <summary>edgekms.json.</summary>
internal static class ConfigurationChecks
{
    private const uint WritableByOthers = 0x12; // 022

    internal static readonly Check File = new(
        "EK-CONF-001",
        "edgekms.json can be read and is written by administrators only",
        "Who can change the settings can point edgekmsd to another ring or let other users call it. With a file that "
            + "can't be read, edgekmsd does not start.",
        CanStop: true,
        CanLose: false,
        IsSafe
    );

    internal static readonly Check KmsV1 = new(
        "EK-CONF-002",
        "KMS v1 is off",
        "KMS v1 is deprecated in Kubernetes and off by default since 1.29. The API server does not see under which key an object of "
            + "it is, so neither a rotation nor \"edgekms reencrypt\" moves it: each stays under the key that it was written with, "
            + "and that key can't be destroyed.",
        CanStop: false,
        CanLose: false,
        machine =>
            machine.Settings.KmsV1
                ? KmsV1!.Warn(
                    "kms.v1 is on: objects that are stored with KMS v1 stay under their old keys",
                    "give the provider another name (providerName in edgekms.json), then: edgekms migrate --to kms --encryption-config FILE, with what kube-apiserver's "
                        + "--encryption-provider-config names; "
                        + "set kms.v1 to false once \"edgekms scan --all\" counts no object of KMS v1"
                )
                : KmsV1!.Pass("kms.v1 is off")
    );

    /// <summary>What stands in place of all checks when the settings can't be read.</summary>
    internal static IReadOnlyList<Finding> Unreadable(CommandException problem) =>
        [
            .. Catalogue.All.Select(check =>
                check == File
                    ? File.Fail($"{problem.Message}; {problem.Hint}", "edgekms config check", stops: true)
                    : check.Skip("the settings are not known: see EK-CONF-001")
            ),
        ];

    private static Finding IsSafe(Machine machine)
    {
        if (machine.ConfigurationFile is not { } named)
            return File.Pass("there is no configuration file: defaults and options are in force");
        var path = Path.GetFullPath(named);
        if (System.IO.File.ResolveLinkTarget(path, returnFinalTarget: true) is { } target)
            path = target.FullName;
        foreach (var place in new[] { path, Path.GetDirectoryName(path)! })
        {
            if (FileStatus.Of(place) is not { } status)
                return File.Fail($"{place} is gone", "edgekms config check", stops: true);
            if ((status.Mode & WritableByOthers) != 0)
                return File.Fail($"{place} is writable by others than its owner", $"chmod go-w {place}");
            if (status.User != 0 && status.User != FileStatus.OwnUser)
                return File.Fail($"{place} belongs to user {status.User}", $"chown root {place}");
        }
        return File.Pass($"{path} is written by administrators only");
    }
}
