using System.Net.Sockets;
using EdgeKms.Contract.AdminApi;
using EdgeKms.Contract.Failures;
using EdgeKms.Contract.Settings;
using EdgeKms.Contract.Versions;
using EdgeKms.Daemon.Changes;
using EdgeKms.Daemon.Errors;
using EdgeKms.Daemon.Serving;
using EdgeKms.KeyRing.Failures;
using EdgeKms.KeyRing.Ring;
using EdgeKms.KeyRing.RingFile;
using EdgeKms.KeyRing.Rotation;
using EdgeKms.KeyRing.Slots;

namespace EdgeKms.Daemon.Admin;

/// <summary>Builds status reports: from the serving daemon, and from the files alone when none runs.</summary>
internal static class StatusReporter
{
    /// <summary>State of a ring that can't be used.</summary>
    internal static string State(ErrorCode code) =>
        code switch
        {
            ErrorCode.RingMissing => "absent",
            _ when RingUnlock.IsTokenProblem(code) => "sealed",
            _ => "damaged",
        };

    /// <summary>What the files say when no daemon answers: the header is shown, not authenticated.</summary>
    internal static StatusReport Offline(EdgeKmsSettings settings, TimeProvider time)
    {
        var sockets = Sockets(settings, answering: false);
        try
        {
            var loaded = RingStore.Open(settings.StateDirectory, time).Load();
            var ring = Ring(loaded.Header, loaded.Sealed.Digest, authenticated: false, settings, time);
            var problem = new ProblemReport(
                "daemon-stopped",
                "edgekmsd does not run: kube-apiserver can neither start nor write Secrets",
                "start it: systemctl start edgekmsd, or edgekmsd serve"
            );
            return Report("stopped", ExitCode.Unreachable, problem, null, ring, sockets, null) with
            {
                KmsV1 = settings.KmsV1,
            };
        }
        catch (EdgeKmsException e)
        {
            var public_ = ErrorTable.ToProblem(e.Code);
            var problem = public_ with { Text = e.Detail ?? public_.Text };
            return Report(State(e.Code), ErrorTable.Of(e.Code).Exit, problem, null, null, sockets, null);
        }
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
            now >= due
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
