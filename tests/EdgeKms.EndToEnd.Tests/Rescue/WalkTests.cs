using EdgeKms.EndToEnd.Tests.Processes;

namespace EdgeKms.EndToEnd.Tests.Rescue;

/// <summary>
/// Whoever types nothing but what the last output told him ends with a healthy provider that reads all that was ever stored, and
/// starts again.
/// </summary>
public sealed class WalkTests
{
    public static TheoryData<string> Accidents { get; } = new(Accident.All.Select(a => a.Name));

    [Theory]
    [MemberData(nameof(Accidents))]
    public async Task Person_WhoTypesWhatHeIsTold_LosesNothing(string name)
    {
        var accident = Accident.All.Single(a => a.Name == name);
        await using var machine = await Machine.Serving(backups: "");
        await machine.KeepWhatMayComeBack();
        await machine.Must("edgekms rotate");
        await machine.Store();
        foreach (var command in accident.Happens)
            await machine.Must(command);
        await machine.Says(accident.Case);
        var doctor = await machine.Type("edgekms doctor");
        var person = new Person(machine);

        await person.Rescue();

        var told = person.Told.Concat(Advice.In(doctor)).ToList();
        Assert.DoesNotContain(told, c => c.StartsWith("edgekms init", StringComparison.Ordinal));
        Assert.DoesNotContain(person.Typed, c => c.Contains("no newer backup exists", StringComparison.Ordinal));
        Assert.DoesNotContain(person.Typed, c => c.Contains("--force", StringComparison.Ordinal));
        if (accident.IsInMemoryOnly)
            Assert.DoesNotContain(told, c => c.StartsWith("systemctl", StringComparison.Ordinal));
        await machine.NothingIsLost();
        await machine.Must("systemctl restart edgekmsd");
        await machine.NothingIsLost();
        Assert.Single((await Again(machine)).Typed);
        await NextIsTheNext(machine);
    }

    private static async Task<Person> Again(Machine machine)
    {
        var person = new Person(machine);
        await person.Rescue();
        return person;
    }

    /// <summary>No file's name burns numbers: generations go on one by one.</summary>
    private static async Task NextIsTheNext(Machine machine)
    {
        var before = (await machine.Home.Status()).Ring!.Generation;
        Assert.InRange(before, 1, 20);
        await machine.Must("edgekms rotate");
        Assert.Equal(before + 1, (await machine.Home.Status()).Ring!.Generation);
        await machine.NothingIsLost();
    }
}
