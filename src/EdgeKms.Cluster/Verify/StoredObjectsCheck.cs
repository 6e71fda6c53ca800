using EdgeKms.Cluster.ApiServer;
using EdgeKms.Cluster.Datastore;
using EdgeKms.Cluster.EncryptionConfig;
using EdgeKms.Cluster.Stored;
using EdgeKms.Contract.Failures;

namespace EdgeKms.Cluster.Verify;

/// <summary>
/// <c>stored-objects</c>: everything that the API server's own datastore holds is read by the configuration as it is on disk, and one
/// object of each kind and key is read through the API. A probe of one's own says nothing of what was stored before it.
/// </summary>
internal static class StoredObjectsCheck
{
    internal const string Name = "stored-objects";

    private const string NotReadable = "what is stored can't be looked at";

    /// <param name="api">The API server.</param>
    /// <param name="opened">Its datastore.</param>
    /// <param name="file">The configuration as it is on disk; null where there is none that can be used: then the API alone is asked.</param>
    /// <param name="expected">Names, and whose the datastore is.</param>
    /// <param name="cancellation">Ends it.</param>
    internal static async Task<CheckLine> RunAsync(
        ApiClient api,
        OpenedDatastore opened,
        EncryptionFile? file,
        Expectation expected,
        CancellationToken cancellation
    )
    {
        OwnDatastore own;
        try
        {
            if (await opened.OpenAsync(cancellation) is not { } datastore)
                return CheckLine.Skipped(Name, OpenedDatastore.Unreachable);
            own = await OwnDatastore.BindAsync(
                api,
                datastore,
                expected.NamedPrefix,
                expected.ApiServerProcess,
                cancellation
            );
        }
        catch (CommandException e)
        {
            // What was found is a guess; what was named is a person's word.
            return expected.IsDatastoreNamed
                ? CheckLine.Failed(Name, NotReadable, e.Message, e.Hint)
                : CheckLine.Skipped(Name, $"{NotReadable}: {e.Message}");
        }
        try
        {
            return await LookAsync(api, own, file, expected, cancellation);
        }
        catch (CommandException e) when (e.ExitCode == ExitCode.Permission)
        {
            return CheckLine.Skipped(Name, $"{NotReadable}: {e.Message}");
        }
        catch (CommandException e)
        {
            return CheckLine.Failed(Name, NotReadable, e.Message, e.Hint);
        }
    }

    private static async Task<CheckLine> LookAsync(
        ApiClient api,
        OwnDatastore own,
        EncryptionFile? file,
        Expectation expected,
        CancellationToken cancellation
    )
    {
        var (census, map) = await own.CountAsync(cancellation);
        if (census.Objects == 0)
            return CheckLine.Skipped(Name, $"nothing is stored below {own.Prefix} in {own.Name}, which tells nothing");
        if (file is not null && UnreadObjects.Of(census, own.Prefix, file, expected.KeptFiles) is { } unread)
            return CheckLine.Failed(Name, unread.Finding, unread.Reason, unread.Way("kms"));
        var looked = file is null ? census : census.CoveredBy(file);
        var unreadable = await ReadableObjects.LookAsync(api, looked, map, cancellation);
        return Of(own, census, unreadable, file);
    }

    private static CheckLine Of(
        OwnDatastore own,
        StoredCensus census,
        IReadOnlyList<UnreadableGroup> unreadable,
        EncryptionFile? file
    )
    {
        if (unreadable is [var first, ..])
        {
            return CheckLine.Explained(
                Name,
                $"the API server can't read what is stored, such as {first.Example}: {first.Reason}",
                first.Reason
            );
        }
        return CheckLine.Ok(
            Name,
            file is null
                ? $"of {census.Objects} objects below {own.Prefix} one of each kind and key was read through the API server; "
                    + "whether the file on disk reads all of them was not looked at"
                : $"{file.Path} has the provider of each of {census.Objects} objects below {own.Prefix}, and one of each of its "
                    + "kinds and keys was read through the API server"
        );
    }
}
