namespace EdgeKms.KeyRing.Tests.Simulation;

/// <summary>What kube-apiserver stored: the wrapped seed and its key id; and the seed, to compare.</summary>
internal sealed record StoredObject(string KeyId, byte[] Envelope, byte[] Seed);
