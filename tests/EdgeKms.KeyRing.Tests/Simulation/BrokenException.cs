namespace EdgeKms.KeyRing.Tests.Simulation;

/// <summary>An invariant that doesn't hold.</summary>
internal sealed class BrokenException(string what) : Exception(what);
