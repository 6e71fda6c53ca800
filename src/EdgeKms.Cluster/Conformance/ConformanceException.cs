namespace EdgeKms.Cluster.Conformance;

/// <summary>Something that ends one check (a plugin or a command that does not do its part), not the run.</summary>
public sealed class ConformanceException : Exception
{
    public ConformanceException(string message)
        : base(message) { }

    public ConformanceException(string message, Exception inner)
        : base(message, inner) { }
}
