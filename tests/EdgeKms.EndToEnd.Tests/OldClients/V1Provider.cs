using EdgeKms.EndToEnd.Tests.Provider;

namespace EdgeKms.EndToEnd.Tests.OldClients;

/// <summary>One provider that serves KMS v1 and v2, for all tests of a class.</summary>
public sealed class V1Provider : IAsyncLifetime
{
    internal ProviderHome Home { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Home = await ProviderHome.Serving(V1Setting.On);

    public async ValueTask DisposeAsync() => await Home.DisposeAsync();
}
