using System.Net.Sockets;
using EdgeKms.Contract.AdminApi;
using EdgeKms.Contract.Failures;
using EdgeKms.Contract.Settings;
using EdgeKms.Contract.Versions;
using EdgeKms.Daemon.Changes;
using EdgeKms.Daemon.Errors;
using EdgeKms.Daemon.Serving;
using EdgeKms.Daemon.Survey;
using EdgeKms.KeyRing.Failures;
using EdgeKms.KeyRing.Ring;
using EdgeKms.KeyRing.RingFile;
using EdgeKms.KeyRing.Rotation;
using EdgeKms.KeyRing.Slots;
using EdgeKms.KeyRing.Verdict;

namespace EdgeKms.Daemon.Admin;

/// <summary>Builds status reports: from the serving daemon, and from the files alone when none runs.</summary>
internal static class StatusReporter
{
    /// <summary>What the files say when no daemon answers.</summary>
    internal static StatusReport Offline(EdgeKmsSettings settings, TimeProvider time)
    {
        var survey = LocalSurvey.Take(settings, time, daemon: null);
        var verdict = Judge.Of(survey);
        var header = survey.Newest is { Problem: null } newest ? newest.Header : null;
        var ring = header is null
            ? null
            : Ring(header, survey.Newest!.Digest!, survey.Newest.Proof == Proof.Proven, settings, time);
        var report = Report(
            VerdictReports.State(verdict),
            VerdictReports.Exit(verdict),
            VerdictReports.Problem(verdict),
            null,
            ring,
            Sockets(settings, answering: false),
            null
        ) with
        {
            KmsV1 = settings.KmsV1,
            Verdict = VerdictReports.Of(verdict),
        };
        return ObjectReports.AddTo(report, new LastScanFile(settings.StateDirectory).TryRead(), header);
    }

    internal static RingReport Ring(
        RingHeader header,
        byte[] digest,
        bool authenticated,
        EdgeKmsSettings settings,
        TimeProvider time
    )
    {
        var now = UtcText.Now(time);
        var due = RotationPolicy.Due(header, settings.RotationPeriod);
        return new RingReport(
            header.Id.Text,
            header.Generation,
            Convert.ToHexStringLower(digest),
            header.Written,
            authenticated,
            [.. header.Keys.Select(k => Key(k, now))],
            [.. header.Slots.Select(Reports.Of)],
            due,
            now >= due,
            RingRoom.Of(header, settings.RotationPeriod, now).FullOn
        );
    }

    internal static IReadOnlyList<SocketReport> Sockets(EdgeKmsSettings settings, bool answering) =>
        [
            new SocketReport("kms", settings.KmsSocket, answering || Answers(settings.KmsSocket)),
            new SocketReport("admin", settings.AdminSocket, answering || Answers(settings.AdminSocket)),
        ];

    internal static StatusReport Report(
        string state,
        ExitCode exit,
        ProblemReport? problem,
        DaemonReport? daemon,
        RingReport? ring,
        IReadOnlyList<SocketReport> sockets,
        SelfTestReport? selfTest
    ) =>
        new(
            ProgramVersion.Of(typeof(StatusReporter).Assembly),
            state,
            (int)exit,
            problem,
            daemon,
            ring,
            sockets,
            selfTest
        );

    internal static KeyReport Key(KekEntry key, DateTime now) =>
        new(
            key.Id.Text,
            key.Id.Hash,
            key.State.ToString().ToLowerInvariant(),
            key.Created,
            key.Activated,
            key.Retired,
            Math.Max(0, (int)(now - (key.Activated ?? key.Created)).TotalDays)
        );

    private static bool Answers(string path)
    {
        try
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            socket.Connect(new UnixDomainSocketEndPoint(path));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
