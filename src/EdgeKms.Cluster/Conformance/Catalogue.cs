namespace EdgeKms.Cluster.Conformance;

/// <summary>All checks that the command makes, in the order of their numbers.</summary>
internal static class Catalogue
{
    public static IReadOnlyList<Check> Checks { get; } =
        InOrder([
            .. SurfaceChecks.All,
            .. AuthorityChecks.All,
            .. DeadlineChecks.All,
            .. ConnectionChecks.All,
            .. RobustnessChecks.All,
            .. SocketFileChecks.All,
            .. StatusFieldChecks.All,
            .. StatusStabilityChecks.All,
            .. StatusLoadChecks.All,
            .. WrapChecks.All,
            .. AnnotationChecks.All,
            .. CiphertextChecks.All,
            .. UnwrapChecks.All,
            .. RefusalChecks.All,
            .. TamperChecks.All,
            .. RotationChecks.All,
            .. CrashChecks.All,
            .. ShutdownChecks.All,
            .. VersionChecks.All,
            .. CipherChecks.All,
        ]);

    private static List<Check> InOrder(List<Check> checks) => [.. checks.OrderBy(c => c.Number)];
}
