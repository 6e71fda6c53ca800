// The tests share a cluster and two cores: one after the other.
[assembly: AssemblyFixture(typeof(EdgeKms.EndToEnd.Tests.Processes.OutputCanary))]
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]
