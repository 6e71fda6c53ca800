using EdgeKms.Contract.Failures;
using Grpc.Core;

namespace EdgeKms.Daemon.Errors;

/// <summary>What an error code becomes when it leaves the process.</summary>
/// <param name="Grpc">Status for kube-apiserver, which acts on none of them; they label its metrics.</param>
/// <param name="Exit">Exit code of a command.</param>
/// <param name="Text">Public text: reaches Kubernetes users. No secret, no path.</param>
/// <param name="Hint">The next step; public too.</param>
internal sealed record ErrorEntry(StatusCode Grpc, ExitCode Exit, string Text, string Hint);
