using CustomerIo.Connector.Tests.Kit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace CustomerIo.Connector.Tests;

public class ServiceCollectionExtensionsTests
{
    [Test]
    public async Task AddCustomerIoConnector_LoggerFactory_ReceivesDebugRequests()
    {
        var log = new LogRecorder();
        await using var provider = new ServiceCollection()
            .AddSingleton<ILoggerFactory>(new Factory(log))
            .AddCustomerIoConnector(o => o.Handler = Wire.Ok())
            .BuildServiceProvider();
        await provider.GetRequiredService<CustomerIoConnector>().RunAsync("identify", Bench.Json("""{"id":"u1","debugRequest":true}"""), Bench.Us);
        Assert.That(log.Lines, Has.Count.EqualTo(2));
    }

    [Test]
    public void AddCustomerIoConnector_BrokenFolder_FailsWhenTheConnectorIsMade()
    {
        using var provider = new ServiceCollection().AddCustomerIoConnector(o => o.ManifestFolder = "/no/such/folder").BuildServiceProvider();
        Assert.That(Assert.Throws<ConnectorException>(() => provider.GetRequiredService<CustomerIoConnector>())!.Message, Does.Contain("folder"));
    }

    private sealed class Factory(ILogger logger) : ILoggerFactory
    {
        public void AddProvider(ILoggerProvider provider) { }

        public ILogger CreateLogger(string categoryName) =>
            categoryName == typeof(CustomerIoConnector).FullName ? logger : throw new InvalidOperationException(categoryName);

        public void Dispose() { }
    }
}
