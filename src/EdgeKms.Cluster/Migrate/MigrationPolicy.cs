using EdgeKms.Cluster.EncryptionConfig;
using EdgeKms.Cluster.Stored;

namespace EdgeKms.Cluster.Migrate;

/// <summary>What is known of a migration.</summary>
/// <param name="Journal">Null where none is under way.</param>
/// <param name="Route">From the file as it is.</param>
/// <param name="IsInForce">The API server works with the file as it is.</param>
/// <param name="IsRewritten">Every object was stored anew since the new providers write.</param>
/// <param name="Proof">What the datastore said since then; null where it was not asked.</param>
public sealed record MigrationState(
    MigrationJournal? Journal,
    MigrationRoute Route,
    bool IsInForce,
    bool IsRewritten,
    MigrationProof? Proof
);

/// <summary>What comes next.</summary>
public enum MigrationAct
{
    /// <summary>The file is as it shall be, and no migration is under way.</summary>
    Nothing,

    /// <summary>Keep the file as it is, and note where it leads.</summary>
    Begin,

    /// <summary>Wait until the API server works with the file as it is.</summary>
    Await,

    /// <summary>Write <see cref="MigrationRoute.Readable"/>.</summary>
    PutReadable,

    /// <summary>Note that the providers of the kept file are there.</summary>
    NoteReaders,

    /// <summary>Write <see cref="MigrationRoute.Writing"/>.</summary>
    PutWriting,

    /// <summary>Have the API server store every object anew.</summary>
    Rewrite,

    /// <summary>Look into the datastore.</summary>
    Prove,

    /// <summary>Something still needs what would go: it stays.</summary>
    Stop,

    /// <summary>Write <see cref="MigrationRoute.Alone"/>.</summary>
    PutAlone,

    /// <summary>Take the journal away.</summary>
    Finish,
}

/// <summary>
/// The order of a migration (kms-plugin-contract.md 2.17): a provider is read before it writes, nothing goes before it is proven
/// that nothing needs it, and no write comes before the one before it is in force. Each act can be the last one for years.
/// </summary>
public static class MigrationPolicy
{
    public static MigrationAct Next(MigrationState state)
    {
        var (journal, route) = (state.Journal, state.Route);
        var wantsReaders = journal is { Goal.ReadersFrom: not null, HasReaders: false, IsGoingBack: false };
        var isReadable = MigrationRoute.Same(route.Now, route.Readable);
        if (journal is null)
            return route.IsDone && isReadable ? MigrationAct.Nothing : MigrationAct.Begin;
        if (!state.IsInForce)
            return MigrationAct.Await;
        if (!wantsReaders && route.IsDone)
            return MigrationAct.Finish;
        if (!isReadable)
            return MigrationAct.PutReadable;
        if (wantsReaders)
            return MigrationAct.NoteReaders;
        if (!MigrationRoute.Same(route.Now, route.Writing))
            return MigrationAct.PutWriting;
        if (!state.IsRewritten)
            return MigrationAct.Rewrite;
        return state.Proof switch
        {
            null => MigrationAct.Prove,
            { IsEnough: false } => MigrationAct.Stop,
            _ => MigrationAct.PutAlone,
        };
    }

    /// <summary>The way from the file as it is: back where the journal says so, else forward.</summary>
    /// <param name="journal">Null where no migration is under way.</param>
    /// <param name="now">The file as it is.</param>
    /// <param name="before">The file as it was before the migration; asked for on the way back only.</param>
    /// <param name="target">Where it leads.</param>
    /// <param name="kept">The kept file of <see cref="MigrationGoal.ReadersFrom"/>; asked for where it is named.</param>
    public static MigrationRoute Route(
        MigrationJournal? journal,
        EncryptionFile now,
        Func<EncryptionFile> before,
        MigrationTarget target,
        Func<EncryptionFile> kept
    )
    {
        var isNamed = target.Goal.ReadersFrom is not null;
        if (journal is { IsGoingBack: true })
            return MigrationRoute.Back(now, before(), target, isNamed ? kept() : null);
        return MigrationRoute.Forward(now, target, isNamed && journal is not { HasReaders: true } ? kept() : null);
    }

    /// <summary>The text that an act writes; null where it writes none.</summary>
    public static EncryptionFile? Text(MigrationAct act, MigrationRoute route) =>
        act switch
        {
            MigrationAct.PutReadable => route.Readable,
            MigrationAct.PutWriting => route.Writing,
            MigrationAct.PutAlone => route.Alone,
            _ => null,
        };
}
