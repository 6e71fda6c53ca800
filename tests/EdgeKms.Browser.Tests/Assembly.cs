// One page at a time: a browser is larger than everything else on the machine.
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]
[assembly: AssemblyFixture(typeof(EdgeKms.Browser.Tests.Chromium))]
