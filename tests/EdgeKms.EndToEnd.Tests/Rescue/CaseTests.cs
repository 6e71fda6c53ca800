using EdgeKms.EndToEnd.Tests.Damage;
using EdgeKms.EndToEnd.Tests.Processes;

namespace EdgeKms.EndToEnd.Tests.Rescue;

/// <summary>Accidents that need more than a few lines of a shell: another clock, a full disk, another passphrase.</summary>
public sealed class CaseTests
{
    private const string Stop = "systemctl stop edgekmsd";
    private const string Start = "systemctl start edgekmsd";

    [Theory]
    [InlineData("the old passphrase")]
    [InlineData("the new passphrase and the code")]
    public async Task PassphraseChangedThenNewestDamaged_Repaired_SaysWhichPassphraseIsInForce(string knows)
    {
        await using var machine = await Machine.Serving(backups: "");
        await machine.Must("edgekms slot change-passphrase");
        await machine.Must(Stop);
        await machine.Must("turn-a-bit");
        await machine.Says("damaged");
        if (knows != "the old passphrase")
            await machine.Must("cd $KEPT/.. && cp passphrase old-passphrase && cp new-passphrase passphrase");
        var person = new Person(machine);

        await person.Rescue();

        await machine.NothingIsLost();
        Assert.Contains("in force: the passphrase of ", person.Transcript, StringComparison.Ordinal);
        Assert.Contains("in force: the recovery code of ", person.Transcript, StringComparison.Ordinal);
        await machine.Must("edgekms backup $KEPT/now.backup");
        var proof = "edgekms restore --verify $KEPT/now.backup";
        if (knows != "the old passphrase")
        {
            var refused = await machine.Type(proof);
            Assert.True(refused.Exit == 4, refused.ToString());
            await machine.Must("cd $KEPT/.. && cp old-passphrase passphrase");
        }
        await machine.Must(proof);
    }

    [Fact]
    public async Task OlderRing_PutBackWithoutACheckpoint_IsRefusedByTheLogUntilTheNewerIsBack()
    {
        await using var machine = await Machine.Serving();
        await machine.KeepWhatMayComeBack();
        await machine.Must("edgekms rotate");
        await machine.Store();
        await machine.Must(Stop);
        await machine.Must("cp -a $STATE $KEPT/newest");
        await machine.Must(Accident.PutBack + "; rm $STATE/checkpoint");
        await machine.Must(Start);

        var status = await machine.Type("edgekms status");
        Assert.True(status.Exit == 7, status.ToString());
        Assert.Contains("the key ring is an older one: the audit log tells of", status.Error, StringComparison.Ordinal);
        Assert.Contains("put the newer generation back", status.Error, StringComparison.Ordinal);
        foreach (var command in new[] { "edgekms rotate", "edgekms repair", "edgekms slot add" })
        {
            var refused = await machine.Type(command);
            Assert.True(refused.Exit == 7, $"{command}: {refused}");
        }
        Assert.Equal(2, Directory.GetFiles(machine.Home.Ring).Length);

        await machine.Must("rm -r $RING $STATE/node-token; cd $KEPT/newest && cp -a ring node-token checkpoint $STATE");
        await machine.Says("healthy");
        await machine.NothingIsLost();
    }

    [Fact]
    public async Task OlderRing_ThatOnlyBackupsKnow_ServesWarnsAndIsNotBlessedByTheSchedule()
    {
        FakeClock.Require();
        await using var machine = await Machine.Serving(backups: "");
        await machine.KeepWhatMayComeBack();
        await machine.Must("edgekms rotate");
        await machine.Store();
        await machine.Must(Stop);
        await machine.Must(Accident.PutBack + "; rm -r $STATE/checkpoint $STATE/audit");
        await machine.SetClock(40);
        await machine.Must(Start);
        using (var kms = machine.Home.Kms())
            Assert.Equal("ok", (await kms.Status()).Healthz);

        await Eventually.Holds(
            "the schedule says why it rotates nothing",
            () =>
                machine.Log.Contains(
                    "the schedule could not write, the ring in memory goes on: RingRolledBack",
                    StringComparison.Ordinal
                )
        );

        Assert.Equal(2, Directory.GetFiles(machine.Home.Ring).Length);
        await machine.Says("rolled-back");
        await new Person(machine).Rescue();
        await machine.NothingIsLost();
    }

    [Fact]
    public async Task Clock_YearsAheadAndBackAgain_IsEndedByTheCommandThatStatusShows()
    {
        FakeClock.Require();
        await using var machine = await Machine.Serving(backups: "");
        await machine.Must(Stop);
        await machine.SetClock(4_000);
        await machine.Must(Start);
        await Eventually.Holds("it rotates", async () => (await machine.Home.Status()).Ring!.Generation == 3);
        await machine.Store();
        await machine.Must(Stop);
        machine.TrueClock();
        await machine.Must(Start);
        await machine.Says("clock-behind");
        var person = new Person(machine);

        await person.Rescue();

        Assert.Contains(person.Typed, c => c.StartsWith("edgekms rotate", StringComparison.Ordinal));
        await machine.NothingIsLost();
        await machine.Says("healthy");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task BackupDisk_Gone_StopsANewKeyAndNoRepair(bool isServed)
    {
        await using var machine = await Machine.Serving(backups: ", \"required\": true");
        await machine.Must("rm -r $BACKUPS $STATE/node-token");
        if (!isServed)
            await machine.Must("systemctl restart edgekmsd");
        await machine.Says(isServed ? "served-sealed" : "sealed");

        await new Person(machine).Rescue();

        await machine.NothingIsLost();
        var rotated = await machine.Type("edgekms rotate");
        Assert.True(rotated.Exit == 8, rotated.ToString());
        Assert.Contains("mount the disk of backup.directory", rotated.Error, StringComparison.Ordinal);
        await machine.Must("systemctl restart edgekmsd");
        await machine.NothingIsLost();
    }

    [Fact]
    public async Task Disk_FullBetweenRingAndCheckpoint_SaysSoAndGoesOnByItself()
    {
        await using var disk = await SmallDisk.Mount(withRing: false);
        await using var machine = await Machine.Serving(disk: disk);
        // The old token's page stays taken: with it the daemon could write the checkpoint at its next look.
        var old = File.OpenRead(machine.Home.Token);
        disk.Fill(leave: 2 * 4096); // for the next token and the ring; none for the checkpoint

        await machine.Must("edgekms rotate");

        await machine.Says("disk-full");
        var status = await machine.Type("edgekms status");
        Assert.True(status.Exit == 8, status.ToString());
        Assert.Contains("is full: generation 3 waits for its checkpoint", status.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("damaged", status.Output + status.Error, StringComparison.Ordinal);
        Assert.Equal(["df"], Advice.In(status).Select(c => c.Split(' ')[0]));
        await machine.NothingIsLost();

        await old.DisposeAsync();
        disk.Free();
        await Eventually.Holds("it goes on", async () => (await machine.Home.Status()).Ring!.Generation == 3);
        await new Person(machine).Rescue();
        await machine.NothingIsLost();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Ring_OfANewerVersion_IsAnUpgradeAndNothingElse(bool isServed)
    {
        await using var machine = await Machine.Serving(backups: "");
        await machine.Must("cp -a $STATE $KEPT/whole; sed -i '1s,/1$,/2,' $(ls $RING/ring-* | tail -n 1)");
        if (!isServed)
            await machine.Must("systemctl restart edgekmsd");
        await machine.Says("newer-version");

        var status = await machine.Type("edgekms status");

        Assert.True(status.Exit == 12, status.ToString());
        Assert.Contains("upgrade EdgeKms", status.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("damaged", status.Output + status.Error, StringComparison.Ordinal);
        Assert.Empty(Advice.In(status));
        foreach (var command in new[] { "edgekms repair", "edgekms rotate" })
        {
            var refused = await machine.Type(command);
            Assert.True(refused.Exit == 12, $"{command}: {refused}");
            Assert.Contains("upgrade EdgeKms", refused.Error, StringComparison.Ordinal);
        }
        await machine.Must("cp -a $KEPT/whole/ring $STATE");
        await machine.Says("healthy");
        await machine.NothingIsLost();
    }

    [Theory]
    [InlineData("an older generation")]
    [InlineData("another ring")]
    public async Task Restore_ByForceUnderARunningDaemon_IsServedAtOnce(string what)
    {
        await using var machine = await Machine.Serving();
        await using var other = await Provider.ProviderHome.Create();
        var isOther = what == "another ring";
        if (isOther)
        {
            var made = await other.Run(["backup", other.At("its.backup")]);
            Assert.True(made.Exit == 0, made.ToString());
        }
        else
        {
            await machine.Must("edgekms backup $KEPT/its.backup");
        }
        await machine.Must("edgekms rotate");
        var before = await machine.Home.Status();
        var (file, passphrase) = isOther
            ? (other.At("its.backup"), other.Passphrase)
            : (machine.Home.At("kept", "its.backup"), machine.Home.Passphrase);
        string[] restore = ["restore", file, "--passphrase-file", "-"];

        var refused = await machine.Home.Run(restore, passphrase);
        Assert.True(refused.Exit == 3, refused.ToString());
        var forced = await machine.Home.Run([.. restore, "--force", "a rehearsal"], passphrase);

        Assert.True(forced.Exit == 0, forced.ToString());
        Assert.Contains("the daemon serves it", forced.Output, StringComparison.Ordinal);
        var after = await machine.Home.Status();
        Assert.Equal((before.Daemon!.Pid, 0), (after.Daemon!.Pid, after.ExitCode));
        Assert.Equal(isOther, after.Ring!.Id != before.Ring!.Id);
        Assert.DoesNotContain(after.Ring.Keys, k => k.Id == before.Ring.Keys[^1].Id);
        await machine.Must("edgekms rotate");
        if (!isOther)
            await machine.NothingIsLost();
        await machine.Must("systemctl restart edgekmsd");
        await machine.Says("healthy");
    }
}
