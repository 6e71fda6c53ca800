using System.CommandLine;
using System.Text.Json;
using EdgeKms.Contract.AdminApi;
using EdgeKms.Contract.CommandLine;
using EdgeKms.Contract.Settings;
using EdgeKms.Contract.Versions;
using EdgeKms.Daemon.Admin;
using EdgeKms.Daemon.Serving;
using EdgeKms.KeyRing.Audit;
using EdgeKms.KeyRing.Secrets;

namespace EdgeKms.Daemon.Commands;

/// <summary>Ties the commands that both programs know to what this one does.</summary>
internal static class KeyCommandActions
{
    /// <summary>A key command gets its action; a group passes this on to its subcommands.</summary>
    internal static Command Bind(Command command, SettingOptions options, TimeProvider time)
    {
        if (command is KeyCommand leaf)
            SetAction(leaf, options, time);
        foreach (var subcommand in command.Subcommands)
            Bind(subcommand, options, time);
        return command;
    }

    private static void SetAction(KeyCommand command, SettingOptions options, TimeProvider time) =>
        command.SetAction(
            (parse, cancellation) =>
                Failures.Guard(() =>
                {
                    ProcessMemory.ForbidDumps();
                    var settings = options.Read(parse);
                    var output = parse.GetValue(command.Output);
                    return command switch
                    {
                        InitCommand c => InitRun.Run(
                            new InitRun.Request(
                                parse.GetValue(c.PassphraseFile),
                                parse.GetValue(c.RecoveryCodeFile),
                                parse.GetValue(c.Kdf)!,
                                parse.GetValue(c.DryRun),
                                output
                            ),
                            settings,
                            time,
                            cancellation
                        ),
                        RotateCommand c => RotateRun.Run(
                            new RotateRun.Request(parse.GetValue(c.PassphraseFile), parse.GetValue(c.DryRun), output),
                            settings,
                            time,
                            cancellation
                        ),
                        RepairCommand c => RepairRun.Run(
                            new RepairRun.Request(
                                parse.GetValue(c.PassphraseFile),
                                parse.GetValue(c.RecoveryCodeFile),
                                parse.GetValue(c.DryRun),
                                output
                            ),
                            settings,
                            time,
                            cancellation
                        ),
                        AuditLogShowCommand c => Task.FromResult(
                            AuditLogShowRun.Run(Log(settings, time), parse.GetValue(c.Tail), output, Console.Out)
                        ),
                        AuditLogVerifyCommand c => Task.FromResult(
                            AuditLogVerifyRun.Run(Log(settings, time), parse.GetValue(c.Head), output, Console.Out)
                        ),
                        _ => throw new InvalidOperationException(command.Name),
                    };
                })
        );

    private static AuditLog Log(EdgeKmsSettings settings, TimeProvider time) =>
        AuditLog.Open(settings.StateDirectory, time);

    /// <summary><c>status</c>: the report of the files alone, as JSON for <c>edgekms status</c>.</summary>
    internal static Command Status(SettingOptions options, TimeProvider time)
    {
        var output = new Option<OutputFormat>("--output", "-o") { Description = "Always JSON here.", Hidden = true };
        var command = new Command(
            "status",
            "Print what the files say of the ring, as JSON; \"edgekms status\" asks the daemon too."
        )
        {
            output,
        };
        command.SetAction((parse, _) => Failures.Guard(() => Task.FromResult(PrintStatus(options.Read(parse), time))));
        return command;
    }

    private static int PrintStatus(EdgeKmsSettings settings, TimeProvider time)
    {
        var report = StatusReporter.Offline(settings, time);
        Console.Out.WriteLine(JsonSerializer.Serialize(report, AdminJson.Readable.StatusReport));
        return report.ExitCode;
    }

    /// <summary><c>version</c>.</summary>
    internal static Command Version()
    {
        var command = new Command("version", "Print the version.");
        command.SetAction(_ =>
            Console.Out.WriteLine($"edgekmsd {ProgramVersion.Of(typeof(KeyCommandActions).Assembly)}")
        );
        return command;
    }
}
