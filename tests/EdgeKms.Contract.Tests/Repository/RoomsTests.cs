using System.Xml.Linq;

namespace EdgeKms.Contract.Tests.Repository;

/// <summary>The line through the house: who may depend on what, and how the sources are kept.</summary>
public class RoomsTests
{
    private static readonly string[] s_vague = ["Manager", "Helper", "Util", "Utils", "Utility", "Utilities", "Common"];

    private static XDocument Project(string name) => XDocument.Load(Checkout.File($"src/{name}/{name}.csproj"));

    private static List<string> References(string name, string element) =>
        [.. Project(name).Descendants(element).Select(e => (string)e.Attribute("Include")!)];

    private static HashSet<string> Reachable(string name)
    {
        var found = new HashSet<string>();
        var open = new Stack<string>([name]);
        while (open.TryPop(out var next))
        {
            foreach (var path in References(next, "ProjectReference"))
            {
                if (found.Add(Path.GetFileNameWithoutExtension(path)))
                    open.Push(Path.GetFileNameWithoutExtension(path));
            }
        }
        return found;
    }

    private static IEnumerable<string> Sources() =>
        Directory
            .EnumerateFiles(Checkout.File("src"), "*.cs", SearchOption.AllDirectories)
            .Where(f => !f.Contains("/obj/") && !f.Contains("/bin/"));

    [Fact]
    public void Rooms_TheReader_SeesReferences() => Assert.Contains("EdgeKms.KeyRing", Reachable("EdgeKms.Daemon"));

    [Theory]
    [InlineData("EdgeKms.Cluster")]
    [InlineData("EdgeKms.Cli")]
    [InlineData("EdgeKms.Contract")]
    public void ProgramWithNetwork_Projects_NeverReachKeys(string project)
    {
        Assert.DoesNotContain("EdgeKms.KeyRing", Reachable(project));
        Assert.DoesNotContain("EdgeKms.Hardware", Reachable(project));
        Assert.DoesNotContain("EdgeKms.Daemon", Reachable(project));
    }

    [Fact]
    public void ProgramWithKeys_Projects_NeverReachClients()
    {
        Assert.DoesNotContain("EdgeKms.Cluster", Reachable("EdgeKms.Daemon"));
        var packages = Reachable("EdgeKms.Daemon")
            .Append("EdgeKms.Daemon")
            .SelectMany(project => References(project, "PackageReference"));
        Assert.DoesNotContain(packages, p => p is "Grpc.Net.Client" or "Microsoft.Data.Sqlite" or "YamlDotNet");
    }

    [Theory]
    [InlineData("EdgeKms.Cluster")]
    [InlineData("EdgeKms.Cli")]
    [InlineData("EdgeKms.Contract")]
    [InlineData("EdgeKms.KeyRing")]
    public void AspNet_EveryProjectButTheDaemon_HasNone(string project)
    {
        Assert.Equal("Microsoft.NET.Sdk", (string)Project(project).Root!.Attribute("Sdk")!);
        Assert.Empty(References(project, "FrameworkReference"));
        Assert.DoesNotContain(References(project, "PackageReference"), p => p.Contains("AspNetCore"));
    }

    [Fact]
    public void KeyRing_Project_DependsOnNothing()
    {
        Assert.Empty(References("EdgeKms.KeyRing", "PackageReference"));
        Assert.Empty(References("EdgeKms.KeyRing", "ProjectReference"));
    }

    [Fact]
    public void Sources_Names_SayWhatTheyAre() =>
        Assert.DoesNotContain(
            Sources(),
            f => s_vague.Any(v => Path.GetRelativePath(Checkout.Root, f).Split('/', '.').Any(part => part.EndsWith(v)))
        );

    [Fact]
    public void Sources_Files_AreShort() => Assert.DoesNotContain(Sources(), f => File.ReadLines(f).Count() > 450);
}
