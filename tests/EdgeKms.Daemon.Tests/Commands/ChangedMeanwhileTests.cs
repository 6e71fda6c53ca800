namespace EdgeKms.Daemon.Tests.Commands;

/// <summary>Commands that wait for the write lock while somebody else changes the machine: they look again.</summary>
public sealed class ChangedMeanwhileTests
{
    private const string New = "a passphrase of mine";

    /// <summary>Runs a verb whose first look is over; what <paramref name="meanwhile"/> does comes before its second one.</summary>
    private static async Task<Verb> Run(TestMachine machine, Action meanwhile, string line, params string[] answers)
    {
        Task<Verb> run;
        using (machine.Store.TryLock())
        {
            run = Verb.Run(machine, line, answers); // comes back when it waits for the lock
            Assert.False(run.IsCompleted);
            meanwhile();
        }
        while (!run.IsCompleted)
        {
            machine.Time.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }
        return await run;
    }

    [Fact]
    public async Task Init_WhileAnotherInitMadeARing_IsRefused()
    {
        using var machine = new TestMachine(withRing: false);
        machine.Store.MakeDirectories();

        var refused = await Run(machine, machine.AddRing, "init --kdf pbkdf2", New, New);

        refused.Fails(3, "holds a key ring (generation 1)");
        Assert.True(File.Exists(machine.Settings.NodeTokenFile));
        Assert.Equal(machine.Stored!.Ring.Header.Id, machine.Store.Load().Header.Id);
        Assert.Empty((await Verb.Run(machine, "rotate")).Exits(0).Asked);
    }

    [Fact]
    public async Task Repair_OfAMachineThatChangedMeanwhile_DoesNothing()
    {
        using var machine = TestMachine.WithAdministrator();
        var token = machine.Settings.NodeTokenFile;
        File.Move(token, token + ".away");

        var refused = await Run(machine, () => File.Move(token + ".away", token), "repair");

        Assert.Contains(
            "the key ring changed while it was looked at",
            refused.Exits(10).Error,
            StringComparison.Ordinal
        );
        Assert.False(File.Exists(machine.RingFile(2)));
    }

    [Fact]
    public async Task Restore_OverAKeyThatWasMadeMeanwhile_IsRefused()
    {
        using var machine = TestMachine.WithAdministrator();
        var backup = Path.Combine(machine.Root, "ring.backup");
        (await Verb.Run(machine, $"backup {backup}")).Exits(0);

        var refused = await Run(machine, () => machine.Rotate(), $"restore {backup}", TestMachine.Passphrase);

        refused.Fails(3, $"the backup lacks {machine.Stored!.Ring.Active.Id}");
        Assert.False(File.Exists(machine.RingFile(3)));
    }
}
