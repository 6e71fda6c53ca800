using System.Net;
using System.Text;
using EdgeKms.Cluster.ApiServer;
using EdgeKms.Contract.Failures;

namespace EdgeKms.Cluster.Datastore;

/// <summary>What shows that a datastore is the API server's own.</summary>
public enum BindingProof
{
    /// <summary>What the API server stored a moment ago is in it.</summary>
    Probe,

    /// <summary>
    /// The API server stores no probe. kube-system is in it with its uid, in the clear, and it is as new as the API server's own.
    /// </summary>
    Uid,
}

/// <summary>How a storage prefix was found.</summary>
public enum PrefixOrigin
{
    /// <summary>It was given.</summary>
    Flag,

    /// <summary>It is one of the usual ones.</summary>
    Usual,

    /// <summary>The whole datastore was looked through for it.</summary>
    Search,
}

/// <summary>
/// A datastore that is proven to be the API server's own, and where in it the objects are. Without it a count says nothing: an empty
/// etcd, another cluster's, an old copy and a wrong prefix hold no object that would have to be read.
/// </summary>
/// <param name="Prefix">As the datastore has it: <c>/registry</c>, OpenShift's <c>/kubernetes.io</c>.</param>
/// <param name="Origin">How it was found.</param>
/// <param name="Proof">What shows it.</param>
/// <param name="ClusterUid">kube-system's uid; null where the API server has no such namespace.</param>
/// <param name="Notes">What a person should know: why no probe was stored, what stays behind.</param>
public sealed record DatastoreBinding(
    string Prefix,
    PrefixOrigin Origin,
    BindingProof Proof,
    string? ClusterUid,
    IReadOnlyList<string> Notes
)
{
    private const string Metadata = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json";
    private const string List = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json";
    private const string KubeSystem = "/namespaces/kube-system";

    /// <summary>kube-apiserver's default, and that of OpenShift and MicroShift.</summary>
    private static readonly string[] s_usual = ["/registry", "/kubernetes.io"];

    /// <summary>
    /// Reads kube-system, stores a Secret of a random name there (in <c>default</c> where there is no kube-system), looks for both in the
    /// datastore, and deletes the Secret in any case. Where the API server refuses the Secret, kube-system alone counts.
    /// </summary>
    /// <param name="api">The API server.</param>
    /// <param name="datastore">A running one: no snapshot has the probe.</param>
    /// <param name="flagPrefix">What <c>--etcd-prefix</c> says; null where it isn't given, then the prefix is found.</param>
    /// <param name="cancellation">Ends it; not between the storing and the deletion.</param>
    /// <exception cref="CommandException">
    /// Exit code 11: no answer, or it is another datastore, or the prefix another one, or nothing tells; 9: the user may not.
    /// </exception>
    public static async Task<DatastoreBinding> BindAsync(
        ApiClient api,
        IDatastore datastore,
        string? flagPrefix,
        CancellationToken cancellation
    )
    {
        var cluster = await KubeSystemAsync(api, cancellation);
        cancellation.ThrowIfCancellationRequested();
        var search = new BindingSearch(datastore, flagPrefix is null ? null : Normal(flagPrefix), s_usual);
        var probe = new BindingProbe(api, cluster is null ? "default" : "kube-system");
        DatastoreBinding found;
        try
        {
            await probe.WriteAsync();
            found = probe.Refusal is { } refusal
                ? await ByUidAsync(api, search, cluster, refusal, cancellation)
                : await ByProbeAsync(search, probe, cluster, cancellation);
        }
        catch (CommandException e)
        {
            if (await probe.DeleteAsync() is { } note)
                throw new CommandException(e.ExitCode, $"{e.Message}; {note}", e.Hint, e);
            throw;
        }
        catch
        {
            await probe.DeleteAsync();
            throw;
        }
        return await probe.DeleteAsync() is { } left ? found with { Notes = [.. found.Notes, left] } : found;
    }

    /// <summary>As kube-apiserver makes it of its <c>--etcd-prefix</c> (k8s.io/apiserver, storage/etcd3/store.go).</summary>
    internal static string Normal(string prefix) => prefix.Trim('/') is { Length: > 0 } name ? "/" + name : "";

    private static async Task<DatastoreBinding> ByProbeAsync(
        BindingSearch search,
        BindingProbe probe,
        ObjectMetadata? cluster,
        CancellationToken cancellation
    )
    {
        var place =
            await search.FindAsync(
                probe.Ending,
                (stored, _) => Task.FromResult(stored.Revision >= probe.Revision),
                cancellation
            ) ?? throw await search.NotItsOwnAsync(KubeSystem, cluster?.Uid, cancellation);
        if (cluster?.Uid is { } uid)
        {
            var key = place.Prefix + KubeSystem;
            var stored = await search.Datastore.GetAsync(key, cancellation);
            var isOther =
                stored?.Value.Form == StoredForm.Plain && !await HoldsAsync(search.Datastore, key, uid, cancellation);
            if (stored is null || isOther)
                throw new CommandException(
                    ExitCode.Unreachable,
                    $"{search.Datastore.Name} is not this API server's datastore: it has its Secrets, but not its namespaces",
                    "the API server keeps objects in more than one datastore (--etcd-servers-overrides); edgekms reads one, and "
                        + "says nothing about the others"
                );
        }
        return new DatastoreBinding(place.Prefix, place.Origin, BindingProof.Probe, cluster?.Uid, []);
    }

    private static async Task<DatastoreBinding> ByUidAsync(
        ApiClient api,
        BindingSearch search,
        ObjectMetadata? cluster,
        string refusal,
        CancellationToken cancellation
    )
    {
        var note = $"the API server stores no probe ({refusal})";
        if (cluster?.Uid is not { } uid)
            throw CannotTell("the API server has no namespace kube-system");
        var isEncrypted = false;
        var place = await search.FindAsync(
            KubeSystem,
            async (stored, key) =>
            {
                isEncrypted |= stored.Value.Form != StoredForm.Plain;
                return stored.Value.Form == StoredForm.Plain
                    && await HoldsAsync(search.Datastore, key, uid, cancellation);
            },
            cancellation
        );
        if (place is not var (prefix, origin))
            throw isEncrypted
                ? CannotTell("namespaces are encrypted")
                : await search.NotItsOwnAsync(KubeSystem, uid, cancellation);
        // A copy has the uid as well; the API server's own is at its revision or later.
        var now = ObjectMetadata.Of(
            (await api.GetAsync("/api/v1/namespaces?limit=1", cancellation, List)).OrThrow().Body
        );
        var history = await search.Datastore.HistoryAsync(cancellation);
        if (now is null || history.Revision < now.Revision)
            throw await search.NotItsOwnAsync(KubeSystem, uid, cancellation);
        return new DatastoreBinding(prefix, origin, BindingProof.Uid, uid, [note]);

        CommandException CannotTell(string why) =>
            new(
                ExitCode.Unreachable,
                $"nothing shows that {search.Datastore.Name} is this API server's datastore: {note}, and {why}",
                "let the user of the kubeconfig store Secrets in kube-system, then run the same command again"
            );
    }

    private static Task<bool> HoldsAsync(
        IDatastore datastore,
        string key,
        string uid,
        CancellationToken cancellation
    ) => datastore.HoldsAsync(key, Encoding.ASCII.GetBytes(uid), cancellation);

    private static async Task<ObjectMetadata?> KubeSystemAsync(ApiClient api, CancellationToken cancellation)
    {
        var answer = await api.GetAsync("/api/v1" + KubeSystem, cancellation, Metadata);
        return answer.Status == HttpStatusCode.NotFound ? null : ObjectMetadata.Of(answer.OrThrow().Body);
    }
}
