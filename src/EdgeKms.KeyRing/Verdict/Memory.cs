using static System.FormattableString;

namespace EdgeKms.KeyRing.Verdict;

/// <summary>What on a machine without ring files remembers that there was one: with any of it a new ring is the wrong way out.</summary>
public static class Memory
{
    /// <summary>In words; empty on a bare machine.</summary>
    public static IReadOnlyList<string> Of(MachineSurvey survey)
    {
        var found = new List<string>();
        if (survey.Held is { } held)
            found.Add($"a daemon serves the ring {held.Header.Id}");
        else if (survey.IsAnswered)
            found.Add("a process listens on the socket of this machine's provider");
        if (survey.Mark.IsThere)
            found.Add("there is a checkpoint");
        if (survey.Node.IsThere)
            found.Add($"there is a node token {survey.Node.Path}");
        if (survey.Audit is { Rings.Count: > 0 } audit)
            found.Add(Invariant($"the audit log tells of the ring {audit.Last ?? audit.Rings.Keys.First()}"));
        if (survey.Backups.Count > 0)
            found.Add(Invariant($"{survey.BackupDirectory} has backups: {survey.Backups.Count}"));
        // The file alone remembers nothing: a deployment may write it before there is a ring.
        if (survey.StoredObjects > 0)
        {
            var named = survey.ConfiguredBy is { } file ? $", and {file} names this provider's socket" : "";
            found.Add(
                Invariant($"the last scan counted {survey.StoredObjects} objects under keys of this provider{named}")
            );
        }
        return found;
    }
}
