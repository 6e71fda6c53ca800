using System.Text;
using EdgeKms.Cluster.Deploy.Files;
using EdgeKms.Cluster.EncryptionConfig;
using EdgeKms.Contract.Failures;

namespace EdgeKms.Cluster.Migrate;

/// <summary>The API server's configuration file with what lies beside it during a migration. Every write is whole and durable.</summary>
/// <param name="path">Absolute path of <c>--encryption-provider-config</c>.</param>
public sealed class ConfigurationFile(string path)
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly ImageRoot _root = new("/");

    public string Path => path;

    public string BeforePath => MigrationJournal.BeforeOf(path);

    /// <summary>True where a KMS provider writes.</summary>
    public bool WritesWithKms() => ConfigurationText.Parse(Read(), path).Entries.Any(e => e.First.IsKms);

    /// <summary>
    /// The configurations that a migration would go through. A file that isn't there yet stands for one that stores Secrets
    /// in the clear.
    /// </summary>
    /// <exception cref="CommandException">Exit code 3: another migration is under way, or the file has been changed.</exception>
    public MigrationPlan Plan(MigrationGoal goal, ProviderText target)
    {
        var current = _root.Read(path) ?? InTheClear(target);
        if (Journal() is not { } journal)
            return Make(current, goal, target);
        if (journal.IsGoingBack)
        {
            throw new CommandException(
                ExitCode.Refused,
                "the migration is being taken back",
                "go on with \"edgekms migrate --abort\"; afterwards begin anew"
            );
        }
        if (journal.Goal with { From = null } != goal with { From = null })
        {
            throw new CommandException(
                ExitCode.Refused,
                $"a migration to {journal.Goal.To} (provider {journal.Goal.ProviderName}) is under way",
                "finish it with the same command, or take it back with \"edgekms migrate --abort\""
            );
        }
        return Resumed(journal, target);
    }

    /// <summary>The plan of the migration that is under way, as it was when it began.</summary>
    /// <exception cref="CommandException">Exit code 7: its beginning is lost; 3: the file has been changed since.</exception>
    internal MigrationPlan Resumed(MigrationJournal journal, ProviderText target)
    {
        var before =
            _root.Read(BeforePath)
            ?? throw new CommandException(
                ExitCode.Damaged,
                $"{BeforePath} is missing, though a migration is under way",
                "put it back from a backup; without it nobody knows what the configuration was"
            );
        var plan = Make(before, journal.Goal, target);
        var current = _root.Read(path) ?? before;
        return new[] { plan.Before, plan.Both, plan.After, plan.Back }.Any(k => current.AsSpan().SequenceEqual(k))
            ? plan
            : throw new CommandException(
                ExitCode.Refused,
                $"{path} was changed by someone else while a migration was under way",
                $"compare it with {BeforePath}, put one of the steps back, then run the command again"
            );
    }

    /// <summary>Begins where the API server has no file yet: notes the way back, then has it deployed.</summary>
    /// <param name="goal">Where it leads.</param>
    /// <param name="target">The new provider.</param>
    /// <param name="deploy">Writes the file and makes the API server use it, or leaves everything as it was.</param>
    public async Task BeginAsync(MigrationGoal goal, ProviderText target, Func<Task> deploy)
    {
        Begin(Plan(goal, target), goal);
        try
        {
            await deploy();
        }
        catch when (!File.Exists(path))
        {
            Write(journal: null);
            throw;
        }
    }

    internal void Begin(MigrationPlan plan, MigrationGoal goal)
    {
        if (Journal() is not null)
            return;
        Put(BeforePath, plan.Before, Private);
        Write(new MigrationJournal(goal, IsGoingBack: false));
    }

    /// <exception cref="CommandException">Exit code 2: there is none.</exception>
    internal byte[] Read() => _root.Read(path) ?? throw NoFile();

    internal MigrationJournal? Journal() => MigrationJournal.Read(_root, path);

    /// <summary>Keeps the mode that the file has: the API server may run as another user.</summary>
    internal void Write(byte[] bytes) => Put(path, bytes, mode: null);

    internal void Write(MigrationJournal? journal) => Put(MigrationJournal.PathOf(path), journal?.Bytes(), Private);

    private MigrationPlan Make(byte[] before, MigrationGoal goal, ProviderText target) =>
        MigrationPlan.Make(ConfigurationText.Parse(before, path), path, goal, target);

    /// <summary>What <c>edgekms deploy</c> would write, with nothing encrypted.</summary>
    private byte[] InTheClear(ProviderText target)
    {
        var endpoint = target.Provider.Endpoint ?? throw NoFile();
        var socket = new Uri(endpoint).LocalPath;
        var both = new EncryptionConfiguration(
            target.Provider.Name!,
            socket,
            TimeSpan.FromSeconds(3),
            ["secrets"],
            IdentityPlace.Last
        );
        return ConfigurationText
            .Parse(Encoding.UTF8.GetBytes(both.Yaml()), path)
            .With(_ => [ProviderText.Identity(isFirst: true)]);
    }

    private CommandException NoFile() =>
        new(
            ExitCode.Usage,
            $"there is no {path}",
            "name the API server's --encryption-provider-config with --encryption-config"
        );

    private void Put(string file, byte[]? bytes, UnixFileMode? mode)
    {
        var change = new FileChange(file, _root.Read(file), bytes, mode);
        if (!change.IsDone)
            new FileTransaction(_root).Write(change);
    }
}
