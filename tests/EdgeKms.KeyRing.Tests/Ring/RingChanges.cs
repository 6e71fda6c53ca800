using EdgeKms.KeyRing.Ring;
using EdgeKms.KeyRing.Secrets;

namespace EdgeKms.KeyRing.Tests.Ring;

internal static class RingChanges
{
    /// <summary>The same keys in a later generation.</summary>
    internal static KekRing AtGeneration(this KekRing ring, int generation)
    {
        using var material = ring.LeaseMaterial();
        var header = ring.Header with { Generation = generation, Previous = Given.Bytes("previous") };
        return new KekRing(header, ring.RingKey, SecretBytes.CopyOf(material.Span));
    }
}
