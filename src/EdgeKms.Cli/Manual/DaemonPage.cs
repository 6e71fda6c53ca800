using System.CommandLine;
using EdgeKms.Contract.CommandLine;
using EdgeKms.Contract.Settings;

namespace EdgeKms.Cli.Manual;

/// <summary>edgekmsd(8). The key commands are one definition for both programs; <c>serve</c> is the daemon's own.</summary>
internal static class DaemonPage
{
    public const string Name = "edgekmsd";

    public static ManualPage Of(IEnumerable<Command> keyCommands, SettingOptions settings, ManualEdition edition)
    {
        var page = new ManualPage(Name, 8, edition, "serve Kubernetes KMS v2 on a Unix socket and keep the key ring");
        page.Section("SYNOPSIS");
        page.Line($"{Roff.Bold(Name)} {Roff.Bold("serve")} [{Roff.Italic("OPTIONS")}]");
        page.Line(".br");
        page.Line($"{Roff.Bold(Name)} {Roff.Italic("COMMAND")} [{Roff.Italic("OPTIONS")}]");
        page.Section("DESCRIPTION");
        page.Lead(
            "edgekmsd wraps and unwraps the data encryption keys of kube-apiserver with key encryption keys that never leave "
                + "its memory unsealed. It opens Unix sockets and no network socket. Without a usable key ring it runs all the same, "
                + "tells kube-apiserver that it isn't healthy, says what to run, and goes on by itself once the ring is there."
        );
        page.Paragraph("People use edgekms(1), which runs edgekmsd for everything that touches the key ring.");
        page.Section("COMMANDS");
        page.Term(
            Roff.Bold("serve"),
            "Serve KMS v2 to kube-apiserver on kms.socket until SIGTERM or SIGINT; calls that are running are answered first."
        );
        foreach (var command in keyCommands)
            page.Term(Roff.Bold(command.Name), $"{command.Description} As edgekms-{command.Name}(1).");
        page.Term(Roff.Bold("status"), "Show the key ring and its keys. As edgekms-status(1).");
        page.Term(Roff.Bold("version"), "Print the version.");
        page.Section("OPTIONS");
        // They are hidden where a person has asked for the help of another command.
        settings.Show();
        var holder = new Command(Name);
        settings.AddTo(holder);
        foreach (var option in holder.Options)
            OptionTerm.Write(page, option);
        ExitStatus.Write(page, command: null);
        page.Section("ENVIRONMENT");
        page.Term(
            $"{Roff.Bold("LISTEN_FDS")}, {Roff.Bold("LISTEN_PID")}, {Roff.Bold("LISTEN_FDNAMES")}",
            "Sockets that systemd opened."
        );
        page.Term(Roff.Bold("NOTIFY_SOCKET"), "Where it tells systemd that it is ready, and that it stops.");
        page.Section("FILES");
        page.Term(Roff.Italic(SettingTable.DefaultFile), "The settings; edgekms.json(5).");
        page.Term(
            Roff.Italic(SettingTable.StateDirectory.Default),
            "Key ring, checkpoint, node token and audit log. Without the ring or a backup of it nothing that was encrypted can be read."
        );
        page.Term(Roff.Italic(SettingTable.KmsSocket.Default), SettingTable.KmsSocket.Summary);
        page.Term(Roff.Italic(SettingTable.AdminSocket.Default), SettingTable.AdminSocket.Summary);
        page.SeeAlso([("edgekms", 1), (Name, 8), ("edgekms.json", 5), ("systemd.socket", 5)]);
        return page;
    }
}
