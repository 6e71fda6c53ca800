namespace EdgeKms.Contract.AdminApi;

/// <param name="Passed">True when a test value was wrapped and unwrapped.</param>
/// <param name="At">When.</param>
public sealed record SelfTestReport(bool Passed, DateTime At);
