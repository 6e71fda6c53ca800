namespace EdgeKms.Contract.CommandLine;

/// <summary><c>edgekms doctor</c>.</summary>
public sealed class DoctorCommand()
    : KeyCommand("doctor", "Check everything that the keys depend on, and say what to do; changes nothing.");
