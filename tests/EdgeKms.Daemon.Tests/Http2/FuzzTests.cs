using EdgeKms.Daemon.Tests.Http2.Wire;

namespace EdgeKms.Daemon.Tests.Http2;

/// <summary>
/// A million broken connections: those of the corpus and random ones, changed at random. Corpus/ holds what real clients sent, and each
/// input that found a bug. EDGEKMS_FUZZ=N does N of them, EDGEKMS_FUZZ_SEED=S begins elsewhere.
/// </summary>
public sealed class FuzzTests
{
    private const int Inputs = 1_000_000;

    [Fact]
    public void Filter_BrokenConnections_DoesWhatTheModelSays()
    {
        var count = Number("EDGEKMS_FUZZ", Inputs);
        var begin = Number("EDGEKMS_FUZZ_SEED", 0);
        var corpus = Corpus();
        foreach (var input in corpus)
            Check(input, new Random(0), whole: true);
        Parallel.For(
            begin,
            begin + count,
            new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount },
            seed =>
            {
                var random = new Random(seed);
                var input = Mutation.Of(corpus, random);
                try
                {
                    Check(input, random, whole: seed % 8 == 0);
                }
                catch (Exception e)
                {
                    throw new InvalidOperationException($"seed {seed}: {Convert.ToHexStringLower(input)}", e);
                }
            }
        );
    }

    private static void Check(byte[] input, Random random, bool whole)
    {
        var received = Filtered.Whole(input);
        if (!whole)
            return;
        Assert.Equal(received, Filtered.Through(input, () => random.Next(1, 100)));
        FilterModel.Check(input, received);
    }

    private static List<byte[]> Corpus()
    {
        var files = Directory.GetFiles(
            Path.Combine(Repository.Root, "tests/EdgeKms.Daemon.Tests/Http2/Corpus"),
            "*.hex"
        );
        Assert.NotEmpty(files);
        var corpus = files
            .Order()
            .Select(f => Convert.FromHexString(File.ReadAllText(f).ReplaceLineEndings("")))
            .ToList();
        for (var seed = 0; seed < 60; seed++)
            corpus.Add(
                new RandomTraffic(new Random(seed)).Connection(
                    seed % 6 < 5 ? RandomTraffic.Authorities[seed % 6] : "localhost",
                    4
                )
            );
        return corpus;
    }

    private static int Number(string variable, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), out var number) ? number : otherwise;
}
