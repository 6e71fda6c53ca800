using Xunit.Sdk;
using Xunit.v3;

// These tests wait most of their time: for a poll of the API server, a process that starts, a limit that runs out. Four at once keep two
// cores busy. Classes that share a cluster are one collection, whose tests run one after the other.
[assembly: AssemblyFixture(typeof(EdgeKms.EndToEnd.Tests.Processes.OutputCanary))]
[assembly: Parallelization(Mode = ParallelMode.Collections, Algorithm = ParallelAlgorithm.Conservative, MaxThreads = 4)]
