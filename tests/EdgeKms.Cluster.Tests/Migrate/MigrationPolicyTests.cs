using EdgeKms.Cluster.Datastore;
using EdgeKms.Cluster.EncryptionConfig;
using EdgeKms.Cluster.Migrate;
using EdgeKms.Cluster.Stored;
using EdgeKms.Cluster.Tests.EncryptionConfig;

namespace EdgeKms.Cluster.Tests.Migrate;

/// <summary>What a migration does next, from what is known: the order of its acts, and what each of them waits for.</summary>
public sealed class MigrationPolicyTests
{
    private const string Old = "secrets: aescbc key1, identity";
    private const string Readable = "secrets: aescbc key1, kms edgekms, identity";
    private const string Writing = "secrets: kms edgekms, aescbc key1, identity";
    private const string Alone = "secrets: kms edgekms";

    /// <summary>The kept file of --readers-from.</summary>
    private const string Kept = "secrets: secretbox lost";
    private const string WithReaders = "secrets: kms edgekms, secretbox lost";

    private static readonly MigrationProof s_enough = new(7, []);
    private static readonly MigrationProof s_empty = new(0, []);
    private static readonly MigrationProof s_needed = new(
        7,
        [new MigrationBlocker(new StoredGroup(null, "/registry/x/", StoredForm.Plain, null, 1, [], []), "still needed")]
    );

    /// <summary>
    /// The journal (none, on, back; with a kept file that is to be read: readers, noted, readers back), the file, whether the API server
    /// works with it, whether all was stored anew since, what the datastore said; the act.
    /// </summary>
    public static TheoryData<string, string, bool, bool, string, MigrationAct> States =>
        new()
        {
            { "none", Alone, false, false, "not asked", MigrationAct.Nothing },
            { "none", Old, false, false, "not asked", MigrationAct.Begin },
            { "none", Old, true, true, "enough", MigrationAct.Begin },
            // Nothing is written before what lies there is in force.
            { "on", Old, false, false, "not asked", MigrationAct.Await },
            { "on", Readable, false, false, "not asked", MigrationAct.Await },
            { "on", Writing, false, true, "enough", MigrationAct.Await },
            { "on", Alone, false, true, "enough", MigrationAct.Await },
            // Read first, then write; a rewrite, then a proof, then it goes.
            { "on", Old, true, false, "not asked", MigrationAct.PutReadable },
            { "on", Old, true, true, "enough", MigrationAct.PutReadable },
            { "on", Readable, true, false, "not asked", MigrationAct.PutWriting },
            { "on", Readable, true, true, "enough", MigrationAct.PutWriting },
            { "on", Writing, true, false, "not asked", MigrationAct.Rewrite },
            { "on", Writing, true, false, "enough", MigrationAct.Rewrite },
            { "on", Writing, true, true, "not asked", MigrationAct.Prove },
            { "on", Writing, true, true, "needed", MigrationAct.Stop },
            { "on", Writing, true, true, "empty", MigrationAct.Stop },
            { "on", Writing, true, true, "enough", MigrationAct.PutAlone },
            { "on", Alone, true, false, "not asked", MigrationAct.Finish },
            // Back to aescbc, identity: the same order.
            { "back", Alone, false, false, "not asked", MigrationAct.Await },
            { "back", Alone, true, false, "not asked", MigrationAct.PutReadable },
            {
                "back",
                "secrets: kms edgekms, aescbc key1, identity",
                true,
                false,
                "not asked",
                MigrationAct.PutWriting
            },
            { "back", "secrets: aescbc key1, kms edgekms, identity", true, false, "not asked", MigrationAct.Rewrite },
            { "back", "secrets: aescbc key1, kms edgekms, identity", true, true, "not asked", MigrationAct.Prove },
            { "back", "secrets: aescbc key1, kms edgekms, identity", true, true, "needed", MigrationAct.Stop },
            { "back", "secrets: aescbc key1, kms edgekms, identity", true, true, "enough", MigrationAct.PutAlone },
            { "back", Old, true, false, "not asked", MigrationAct.Finish },
            // What a kept file reads is in the file and in force before it is noted; only then may it be taken out again.
            { "readers", Alone, false, false, "not asked", MigrationAct.Await },
            { "readers", Alone, true, false, "not asked", MigrationAct.PutReadable },
            { "readers", WithReaders, false, false, "not asked", MigrationAct.Await },
            { "readers", WithReaders, true, true, "enough", MigrationAct.NoteReaders },
            { "noted", WithReaders, true, false, "not asked", MigrationAct.Rewrite },
            { "noted", WithReaders, true, true, "needed", MigrationAct.Stop },
            { "noted", WithReaders, true, true, "enough", MigrationAct.PutAlone },
            { "noted", Alone, true, false, "not asked", MigrationAct.Finish },
            { "readers back", WithReaders, true, false, "not asked", MigrationAct.PutReadable },
        };

    [Theory]
    [MemberData(nameof(States))]
    public void Next_State_IsItsAct(
        string journal,
        string now,
        bool isInForce,
        bool isRewritten,
        string proof,
        MigrationAct act
    ) => Assert.Equal(act, Next(journal, now, isInForce, isRewritten, proof));

    /// <summary>A kept file whose providers are there already: noted all the same, and never asked for twice.</summary>
    [Fact]
    public void Next_ReadersThatAreThereAlready_AreNotedBeforeTheEnd()
    {
        var journal = Journal("readers")!;
        var route = Route(journal, Alone, kept: Alone);

        Assert.True(route.IsDone);
        Assert.Equal(MigrationAct.NoteReaders, MigrationPolicy.Next(new(journal, route, true, false, null)));
        Assert.Equal(
            MigrationAct.Finish,
            MigrationPolicy.Next(new(journal with { HasReaders = true }, route, true, false, null))
        );
    }

    /// <summary>From the first act to the last, where each thing that is waited for comes.</summary>
    [Theory]
    [InlineData(Old, "Begin Await PutReadable Await PutWriting Await Rewrite Prove PutAlone Await Finish Nothing")]
    [InlineData(Readable, "Begin Await PutWriting Await Rewrite Prove PutAlone Await Finish Nothing")]
    [InlineData(Writing, "Begin Await Rewrite Prove PutAlone Await Finish Nothing")]
    [InlineData(Alone, "Nothing")]
    [InlineData("secrets: kms edgekms@/run/old.sock", "Begin Await PutReadable Await Finish Nothing")]
    public void Next_UntilTheEnd_IsInOrder(string before, string acts)
    {
        var (now, inForce, isRewritten) = (ConfigurationLine.File(before), false, false);
        MigrationJournal? journal = null;
        MigrationProof? proof = null;
        var done = new List<MigrationAct>();
        while (done.Count < 20 && (done.Count == 0 || done[^1] != MigrationAct.Nothing))
        {
            var route = MigrationRoute.Forward(now, Target);
            var act = MigrationPolicy.Next(new(journal, route, inForce, isRewritten, proof));
            done.Add(act);
            if (MigrationPolicy.Text(act, route) is { } text)
                (now, inForce, isRewritten, proof) = (text, false, false, null);
            journal =
                act == MigrationAct.Begin ? Journal("on")
                : act == MigrationAct.Finish ? null
                : journal;
            inForce |= act == MigrationAct.Await;
            isRewritten |= act == MigrationAct.Rewrite;
            proof = act == MigrationAct.Prove ? s_enough : proof;
        }
        Assert.Equal(acts, string.Join(' ', done));
        Assert.Equal(Alone, ConfigurationLine.Of(now));
    }

    [Fact]
    public void Text_OfEachAct_IsItsOwn()
    {
        var route = Route(Journal("on"), Old);

        Assert.Equal(
            [route.Readable, route.Writing, route.Alone],
            new[] { MigrationAct.PutReadable, MigrationAct.PutWriting, MigrationAct.PutAlone }.Select(a =>
                MigrationPolicy.Text(a, route)
            )
        );
        Assert.All(
            Enum.GetValues<MigrationAct>().Where(a => !a.ToString().StartsWith("Put", StringComparison.Ordinal)),
            a => Assert.Null(MigrationPolicy.Text(a, route))
        );
    }

    /// <summary>A kept file is asked for as long as its providers are not noted, and on the way back, which takes them out.</summary>
    [Theory]
    [InlineData("none", false, true)]
    [InlineData("readers", false, true)]
    [InlineData("noted", false, false)]
    [InlineData("readers back", true, true)]
    [InlineData("on", false, false)]
    [InlineData("back", true, false)]
    public void Route_AsksForWhatItNeeds(string journal, bool asksBefore, bool asksKept)
    {
        var (before, kept) = (0, 0);
        var known = Journal(journal);
        MigrationPolicy.Route(
            known,
            ConfigurationLine.File(Alone),
            () => Counted(ref before, Old),
            journal is "on" or "back" ? Target : ReadersTarget,
            () => Counted(ref kept, Kept)
        );
        Assert.Equal((asksBefore, asksKept), (before > 0, kept > 0));

        static EncryptionFile Counted(ref int count, string line)
        {
            count++;
            return ConfigurationLine.File(line);
        }
    }

    private static MigrationTarget Target { get; } = TargetOf(readersFrom: null);

    private static MigrationTarget ReadersTarget { get; } = TargetOf("/kept");

    private static MigrationTarget TargetOf(string? readersFrom) =>
        new(
            new MigrationGoal(null, "kms", "edgekms", KeepIdentity: false) { ReadersFrom = readersFrom },
            ConfigurationLine.Socket,
            TimeSpan.FromSeconds(3),
            new byte[32]
        );

    private static MigrationJournal? Journal(string name) =>
        name switch
        {
            "none" => null,
            "on" or "back" => new MigrationJournal(Target.Goal, name == "back", "/before"),
            _ => new MigrationJournal(ReadersTarget.Goal, name == "readers back", "/before")
            {
                HasReaders = name == "noted",
            },
        };

    private static MigrationAct Next(string journal, string now, bool isInForce, bool isRewritten, string proof)
    {
        var known = Journal(journal);
        return MigrationPolicy.Next(
            new MigrationState(
                known,
                Route(known, now),
                isInForce,
                isRewritten,
                proof switch
                {
                    "enough" => s_enough,
                    "empty" => s_empty,
                    "needed" => s_needed,
                    _ => null,
                }
            )
        );
    }

    private static MigrationRoute Route(MigrationJournal? journal, string now, string kept = Kept) =>
        MigrationPolicy.Route(
            journal,
            ConfigurationLine.File(now),
            () => ConfigurationLine.File(Old),
            journal?.Goal.ReadersFrom is null ? Target : ReadersTarget,
            () => ConfigurationLine.File(kept)
        );
}
