using System.CommandLine;
using System.Text.Json;
using EdgeKms.Contract.AdminApi;
using EdgeKms.Contract.CommandLine;
using EdgeKms.Contract.Failures;
using EdgeKms.Contract.Settings;
using EdgeKms.Contract.Versions;
using EdgeKms.Daemon.Admin;
using EdgeKms.Daemon.Commands.Keys;
using EdgeKms.Daemon.Commands.Slots;
using EdgeKms.Daemon.Credentials;
using EdgeKms.Daemon.Errors;
using EdgeKms.Daemon.Survey;
using EdgeKms.KeyRing.Audit;
using EdgeKms.KeyRing.Failures;
using EdgeKms.KeyRing.RingFile;
using EdgeKms.KeyRing.Secrets;
using EdgeKms.KeyRing.Verdict;

namespace EdgeKms.Daemon.Commands;

/// <summary>Ties the commands that both programs know to what this one does.</summary>
internal static class KeyCommandActions
{
    internal static void Bind(KeyCommand command, SettingOptions options, TimeProvider time, IoStreams io) =>
        command.SetAction(
            (parse, cancellation) =>
                Failures.Guard(
                    () =>
                    {
                        ProcessMemory.ForbidDumps();
                        return command is DoctorCommand
                            ? Task.FromResult(Doctor(command, options, parse, time, io))
                            : Judged(
                                options.Read(parse),
                                time,
                                settings => Run(command, parse, settings, time, io, cancellation)
                            );
                    },
                    io
                )
        );

    /// <summary>What stands in a command's way is told with the ways out of the one verdict, not with a hint of its own.</summary>
    private static async Task<int> Judged(
        EdgeKmsSettings settings,
        TimeProvider time,
        Func<EdgeKmsSettings, Task<int>> run
    )
    {
        try
        {
            return await run(settings);
        }
        catch (EdgeKmsException e) when (e.Hint is null && IsOfTheRing(e.Code))
        {
            var verdict = Judge.Of(LocalSurvey.Take(settings, time));
            if (verdict.Hint is not { } hint)
                throw;
            var entry = ErrorTable.Of(e.Code);
            throw new CommandException(entry.Exit, e.Detail ?? entry.Text, hint, e);
        }
    }

    private static bool IsOfTheRing(ErrorCode code) =>
        code
            is ErrorCode.RingMissing
                or ErrorCode.RingLost
                or ErrorCode.RingDamaged
                or ErrorCode.RingRolledBack
                or ErrorCode.RingUnsupportedVersion
                or ErrorCode.CheckpointDamaged
                or ErrorCode.CheckpointOtherRing
                or ErrorCode.NotPrivate;

    private static Task<int> Run(
        KeyCommand command,
        ParseResult parse,
        EdgeKmsSettings settings,
        TimeProvider time,
        IoStreams io,
        CancellationToken cancellation
    )
    {
        io = io with { Typed = TypedCommand.Of(parse) };
        var output = parse.GetValue(command.Output);
        switch (command)
        {
            case InitCommand c:
                var init = new InitRun.Request(
                    parse.GetValue(c.PassphraseFile),
                    parse.GetValue(c.RecoveryCodeFile),
                    parse.GetValue(c.Kdf)!,
                    parse.GetValue(c.AnotherRing),
                    parse.GetValue(c.DryRun),
                    output
                );
                return InitRun.Run(init, settings, time, io, cancellation);
            case RotateCommand c:
                var rotate = new RotateRun.Request(parse.GetValue(c.PassphraseFile), parse.GetValue(c.DryRun), output);
                return RotateRun.Run(rotate, settings, time, io, cancellation);
            case RepairCommand c:
                var repair = new RepairRun.Request(
                    parse.GetValue(c.PassphraseFile),
                    parse.GetValue(c.RecoveryCodeFile),
                    parse.GetValue(c.AcceptRollback),
                    parse.GetValue(c.DryRun),
                    output
                );
                return RepairRun.Run(repair, settings, time, io, cancellation);
            case BackupCommand c:
                var backup = new BackupRun.Request(parse.GetValue(c.File), parse.GetValue(c.DryRun), output);
                return BackupRun.Run(backup, settings, time, io, cancellation);
            case RestoreCommand c:
                var restore = new RestoreRun.Request(
                    parse.GetValue(c.File)!,
                    parse.GetValue(c.Verify),
                    parse.GetValue(c.PassphraseFile),
                    parse.GetValue(c.RecoveryCodeFile),
                    parse.GetValue(c.Force),
                    parse.GetValue(c.DryRun),
                    output
                );
                return RestoreRun.Run(restore, settings, time, io, cancellation);
            case SlotCommands.List:
                return Task.FromResult(SlotListRun.Run(settings, time, io, output));
            case SlotCommands.Add c:
                var add = new SlotAddRun.Request(
                    parse.GetValue(c.PassphraseFile),
                    parse.GetValue(c.RecoveryCodeFile),
                    parse.GetValue(c.Recovery),
                    parse.GetValue(c.NewPassphraseFile),
                    parse.GetValue(c.NewRecoveryCodeFile),
                    parse.GetValue(c.Kdf)!,
                    parse.GetValue(c.DryRun),
                    output
                );
                return SlotAddRun.Run(add, settings, time, io, cancellation);
            case SlotCommands.Remove c:
                var remove = new SlotRemoveRun.Request(
                    parse.GetValue(c.Number),
                    parse.GetValue(c.PassphraseFile),
                    parse.GetValue(c.RecoveryCodeFile),
                    parse.GetValue(c.OtherPassphraseFile) ?? [],
                    parse.GetValue(c.DropOthers),
                    parse.GetValue(c.NewRecoveryCodeFile),
                    parse.GetValue(c.DryRun),
                    output
                );
                return SlotRemoveRun.Run(remove, settings, time, io, cancellation);
            case SlotCommands.ChangePassphrase c:
                var change = new PassphraseRun.Request(
                    parse.GetValue(c.Number),
                    parse.GetValue(c.PassphraseFile),
                    parse.GetValue(c.RecoveryCodeFile),
                    parse.GetValue(c.NewPassphraseFile),
                    parse.GetValue(c.Kdf)!,
                    parse.GetValue(c.DryRun),
                    output
                );
                return PassphraseRun.Run(change, settings, time, io, cancellation);
            case KeysCommands.List:
                return Task.FromResult(KeysListRun.Run(settings, time, io, output));
            case KeysCommands.Destroy c:
                var destroy = new KeysDestroyRun.Request(
                    parse.GetValue(c.Id)!,
                    parse.GetValue(c.Evidence)!,
                    parse.GetValue(c.Apply),
                    parse.GetValue(c.PassphraseFile),
                    parse.GetValue(c.RecoveryCodeFile),
                    output
                );
                return KeysDestroyRun.Run(destroy, settings, time, io, cancellation);
            case AuditLogShowCommand c:
                var shown = AuditLog.Open(settings.StateDirectory, time);
                return Task.FromResult(AuditLogShowRun.Run(shown, parse.GetValue(c.Tail), output, io.Out));
            case AuditLogVerifyCommand c:
                var verified = AuditLog.Open(settings.StateDirectory, time);
                var ring = RingStore.Open(settings.StateDirectory, time);
                return AuditLogVerifyRun.Run(verified, ring, parse.GetValue(c.Head), output, io.Out, cancellation);
            default:
                throw new InvalidOperationException(command.Name);
        }
    }

    /// <summary>Settings that can't be read are a finding of the doctor's.</summary>
    private static int Doctor(
        KeyCommand command,
        SettingOptions options,
        ParseResult parse,
        TimeProvider time,
        IoStreams io
    ) =>
        DoctorRun.Run(
            new DoctorRun.Request(() => options.Read(parse), options.FileOf(parse), parse.GetValue(command.Output)),
            time,
            io
        );

    /// <summary><c>status</c>: the report of the files alone, as JSON for <c>edgekms status</c>.</summary>
    internal static Command Status(SettingOptions options, TimeProvider time, IoStreams io)
    {
        var output = new Option<OutputFormat>("--output", "-o") { Description = "Always JSON here.", Hidden = true };
        var command = new Command(
            "status",
            "Print what the files say of the ring, as JSON; \"edgekms status\" asks the daemon too."
        )
        {
            output,
        };
        command.SetAction(
            (parse, _) => Failures.Guard(() => Task.FromResult(PrintStatus(options.Read(parse), time, io)), io)
        );
        return command;
    }

    private static int PrintStatus(EdgeKmsSettings settings, TimeProvider time, IoStreams io)
    {
        var report = StatusReporter.Offline(settings, time);
        io.Out.WriteLine(JsonSerializer.Serialize(report, AdminJson.Readable.StatusReport));
        return report.ExitCode;
    }

    /// <summary><c>version</c>.</summary>
    internal static Command Version(IoStreams io)
    {
        var command = new Command("version", "Print the version.");
        command.SetAction(_ => io.Out.WriteLine($"edgekmsd {ProgramVersion.Of(typeof(KeyCommandActions).Assembly)}"));
        return command;
    }
}
