using System.Diagnostics.CodeAnalysis;
using EdgeKms.Contract.AdminApi;
using EdgeKms.Contract.Settings;
using EdgeKms.Daemon.Admin;
using EdgeKms.Daemon.Changes;
using EdgeKms.Daemon.Survey;
using EdgeKms.KeyRing.Failures;
using EdgeKms.KeyRing.Ring;
using EdgeKms.KeyRing.RingFile;
using EdgeKms.KeyRing.Secrets;
using EdgeKms.KeyRing.Slots;
using EdgeKms.KeyRing.Verdict;

namespace EdgeKms.Daemon.Doctor;

/// <summary>What the checks look at, read once. Writes nothing, takes no lock, asks for no secret.</summary>
internal sealed class Machine
{
    [SuppressMessage("Reliability", "CA2000", Justification = "ring and key live as long as the process")]
    internal Machine(EdgeKmsSettings settings, string? configurationFile, TimeProvider time)
    {
        (Settings, ConfigurationFile) = (settings, configurationFile);
        Now = UtcText.Now(time);
        Files = new RingFiles(settings, time);
        Daemon = AdminCall.Status(settings.AdminSocket);
        Verdict = Judge.Of(LocalSurvey.Take(settings, time, Daemon));
        try
        {
            Survey = Files.Store.Survey();
        }
        catch (EdgeKmsException e)
        {
            SurveyProblem = e;
        }
        if (Newest is { } newest)
            Open(newest);
    }

    internal EdgeKmsSettings Settings { get; }

    /// <summary>Null where every setting has its default.</summary>
    internal string? ConfigurationFile { get; }

    /// <summary>Where kube-apiserver's configuration may lie.</summary>
    internal IReadOnlyList<string> Configurations { get; init; } = ApiServerFiles.Known;

    /// <summary>UTC, whole seconds.</summary>
    internal DateTime Now { get; }

    internal RingFiles Files { get; }

    /// <summary>What the serving daemon says of itself; null when none answers.</summary>
    internal StatusReport? Daemon { get; }

    /// <summary>What is said of the ring: the checks tell what they saw, and the way out of this verdict.</summary>
    internal RingVerdict Verdict { get; }

    /// <summary>The first way out; null where there is nothing to do.</summary>
    internal string? Next => Verdict.Ways is [var way, ..] ? way.Command ?? way.Why : null;

    /// <summary>Null when <see cref="SurveyProblem"/> says why.</summary>
    internal RingSurvey? Survey { get; }

    internal EdgeKmsException? SurveyProblem { get; }

    /// <summary>The newest generation, if it can be read; authenticated only once <see cref="Opened"/> is there.</summary>
    internal SealedRing? Newest => Survey?.Generations is [{ Ring: { } ring }, ..] ? ring : null;

    internal RingHeader? Header => Newest?.Header;

    /// <summary>The ring, where the node token opens it.</summary>
    internal StoredRing? Opened { get; private set; }

    /// <summary>The ring key, where the node token gives it.</summary>
    internal SecretBytes? RingKey { get; private set; }

    /// <summary>Why the node token gives no ring key; NodeLocked too.</summary>
    internal EdgeKmsException? TokenProblem { get; private set; }

    /// <summary>Why the ring does not open although the token fits.</summary>
    internal EdgeKmsException? OpenProblem { get; private set; }

    /// <summary>Last time seen: authenticated where the ring is open, else as the checkpoint says.</summary>
    internal DateTime? Seen => Opened is not null ? Opened.Seen : Survey?.Checkpoint?.Seen;

    /// <summary>For checks that need a header.</summary>
    internal const string NoRing = "there is no readable key ring: see EK-RING-001";

    private void Open(SealedRing newest)
    {
        try
        {
            RingKey = Files.Tokens.Unlock(newest.Header);
            Opened = Files.OpenUnattended(new LoadedRing(newest, Survey!.CheckpointFile, Survey.Checkpoint));
        }
        catch (EdgeKmsException e) when (RingUnlock.IsTokenProblem(e.Code))
        {
            // A locked node stays locked for the doctor too.
            (RingKey, TokenProblem) = (null, e);
        }
        catch (EdgeKmsException e) when (RingKey is null)
        {
            TokenProblem = e;
        }
        catch (EdgeKmsException e)
        {
            OpenProblem = e;
        }
    }
}
