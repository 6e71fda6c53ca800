namespace EdgeKms.KeyRing.Tests.RingFile;

internal sealed class PowerCutException(string step) : Exception(step);
