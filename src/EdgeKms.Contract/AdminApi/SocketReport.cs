namespace EdgeKms.Contract.AdminApi;

/// <param name="Name"><c>kms</c> or <c>admin</c>.</param>
/// <param name="Path">Path of the socket.</param>
/// <param name="Answers">True when somebody listens there.</param>
public sealed record SocketReport(string Name, string Path, bool Answers);
